// SPDX-License-Identifier: GPL-3.0-or-later
// Settings that the families' own small models do not show: one configuration per variant, for random models.
#pragma once

#include <string>
#include <vector>

namespace awq::test {

struct FamilyVariant {
    std::string name;
    std::string config;               // config.json
    std::vector<std::string> skipped; // producers whose scale sets must be skipped
};

std::vector<FamilyVariant> familyVariants();

} // namespace awq::test

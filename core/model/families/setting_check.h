// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of the settings that a family page did not read.
#pragma once

#include <string>
#include <vector>

#include "core/model/config.h"

namespace awq::core {

// Throws Error(badInput) naming a setting that changes what the decoder computes in other families and is on here.
// Returns the settings nothing is known about; those that only concern training, generation or vision are left out.
std::vector<std::string> unknownSettings(const Config& config);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// In which options two recipes differ.
#pragma once

#include <QString>
#include <vector>

#include "core/plan/recipe.h"

namespace awq::app {

struct OptionDifference {
    QString option, a, b; // name as on the command line; values as text
};

// In the order of the options.
std::vector<OptionDifference> recipeDifferences(const core::Recipe& a, const core::Recipe& b);

} // namespace awq::app

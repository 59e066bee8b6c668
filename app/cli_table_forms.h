// SPDX-License-Identifier: GPL-3.0-or-later
// The forms a table compares: plain rounding, presets, and presets with some options changed.
#pragma once

#include <string>
#include <vector>

#include "app/cli_arguments.h"
#include "core/plan/recipe.h"

namespace awq::app {

inline const std::string plainRoundingForm = "rtn", referenceForm = "awq";

// --presets, a list such as "rtn,awq,best/refine-rounds=0": after a slash, options in the place of the preset's. With
// --ablation: the reference, Best, and Best without each of its ingredients. Else plain rounding and all presets.
// Throws Error(usage).
std::vector<std::string> tableForms(const Arguments& arguments);

// The command line's recipe with the form's preset and options. Throws Error(usage).
core::Recipe formRecipe(const std::string& form, const Arguments& arguments);

} // namespace awq::app

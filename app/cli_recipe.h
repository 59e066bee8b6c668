// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe on the command line: its options, and the recipe they add up to.
#pragma once

#include <vector>

#include "app/cli_arguments.h"
#include "core/plan/recipe.h"

namespace awq::app {

// --recipe and one option per recipe key; those that every verb has (--device and its kin) are left out.
const std::vector<CliOption>& recipeCliOptions();

// As recipeOf(), not checked: for verbs that change it further.
core::Recipe mergedRecipe(const Arguments& arguments);

// Defaults, then the file of --recipe, then the options in their order; checked. Throws Error(usage or badInput).
core::Recipe recipeOf(const Arguments& arguments);

} // namespace awq::app

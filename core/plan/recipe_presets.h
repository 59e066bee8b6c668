// SPDX-License-Identifier: GPL-3.0-or-later
// Built-in recipes by name.
#pragma once

#include <string>
#include <vector>

#include "core/plan/recipe.h"

namespace awq::core {

struct RecipePreset {
    std::string name, title, description; // "awq", "llm-awq's procedure", one sentence
    std::string overrides;                // JSON object of recipe keys that differ from Recipe{}
};

const std::vector<RecipePreset>& recipePresets();

// Sets recipe.preset and the preset's own options; the others stay. Throws Error(usage) that lists the presets.
void applyPreset(Recipe& recipe, const std::string& name);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// The table of presets.
#include "core/plan/recipe_presets.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/plan/recipe_options.h"

namespace awq::core {

const std::vector<RecipePreset>& recipePresets() {
    static const std::vector<RecipePreset> table{
        {"awq", "llm-awq", "The published procedure exactly: 20 ratios from activations, 10 clip fractions.",
         R"({"scale_search": "awq", "clip_search": "awq"})"},
    };
    return table;
}

void applyPreset(Recipe& recipe, const std::string& name) {
    std::string known;
    for (const RecipePreset& preset : recipePresets()) {
        known += (known.empty() ? "" : ", ") + preset.name;
        if (preset.name != name)
            continue;
        recipe.preset = name;
        const nlohmann::json overrides = nlohmann::json::parse(preset.overrides);
        for (const RecipeOption& option : recipeOptions())
            if (overrides.contains(option.jsonKey()))
                option.set(recipe, overrides[option.jsonKey()], "preset " + name);
        return;
    }
    throw Error(ErrorCode::usage, "unknown preset '" + name + "'", "--preset", "use one of: " + known);
}

} // namespace awq::core

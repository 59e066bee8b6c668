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
         R"({"scale_search": "awq", "clip_search": "awq", "rounding": "nearest", "target": "original",
             "refine_rounds": 0})"},
        {"best", "Best",
         "Smallest error at the same size: solved channel scales, searched ranges, compensated and refined rounding; "
         "every "
         "linear makes up for those before it.",
         R"({"scale_search": "solved", "clip_search": "range", "rounding": "compensated", "target": "corrected",
             "refine_rounds": 2})"},
        {"balanced", "Balanced", "Nearly the best, without the refinement of rounded weights.",
         R"({"scale_search": "solved", "clip_search": "range", "rounding": "compensated", "target": "corrected",
             "refine_rounds": 0})"},
        {"fast", "Fast", "Channel scales alone, solved without trying any. No clipping.",
         R"({"scale_search": "solved", "clip_search": "none", "rounding": "nearest", "target": "original",
             "refine_rounds": 0})"},
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

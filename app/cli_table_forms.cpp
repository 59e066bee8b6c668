// SPDX-License-Identifier: GPL-3.0-or-later
// Forms of a table as words.
#include "app/cli_table_forms.h"

#include <algorithm>
#include <sstream>

#include "app/cli_recipe.h"
#include "core/error.h"
#include "core/plan/recipe_options.h"
#include "core/plan/recipe_presets.h"

namespace awq::app {
namespace {

constexpr int packedBits = 4; // of the default format

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(part);
    return parts;
}

// Best as it is, then with one ingredient taken out at a time.
std::vector<std::string> ablationForms() {
    return {referenceForm,
            "best",
            "best/scale-search=none",
            "best/clip-search=awq",
            "best/clip-search=none",
            "best/rounding=nearest/refine-rounds=0",
            "best/target=original",
            "best/refine-rounds=0"};
}

void setOption(core::Recipe& recipe, const std::string& change, const std::string& form) {
    const std::size_t equals = change.find('=');
    const std::string name = change.substr(0, equals);
    const auto& options = core::recipeOptions();
    const auto option = std::ranges::find(options, name, &core::RecipeOption::name);
    if (equals == std::string::npos || option == options.end())
        throw core::Error(core::ErrorCode::usage, "'" + change + "' is not an option with a value", "form " + form,
                          "for instance best/refine-rounds=0");
    core::setFromText(recipe, *option, change.substr(equals + 1));
}

} // namespace

std::vector<std::string> tableForms(const Arguments& arguments) {
    if (arguments.has("ablation"))
        return ablationForms();
    if (arguments.has("presets"))
        return split(arguments.text("presets", ""), ',');
    std::vector<std::string> forms{plainRoundingForm};
    for (const core::RecipePreset& preset : core::recipePresets())
        forms.push_back(preset.name);
    return forms;
}

core::Recipe formRecipe(const std::string& form, const Arguments& arguments) {
    core::Recipe recipe = mergedRecipe(arguments);
    const std::vector<std::string> parts = split(form, '/');
    if (parts.empty())
        throw core::Error(core::ErrorCode::usage, "a form has no name", "--presets",
                          "give a list such as rtn,awq,best");
    core::applyPreset(recipe, parts.front() == plainRoundingForm ? referenceForm : parts.front());
    if (parts.front() == plainRoundingForm)
        recipe.scaleSearch = recipe.clipSearch = "none";
    for (std::size_t i = 1; i < parts.size(); ++i)
        setOption(recipe, parts[i], form);
    if (!arguments.has("format") && recipe.bits != packedBits)
        recipe.format = "simulated"; // any number of bits, and the same values
    core::validate(recipe);
    return recipe;
}

} // namespace awq::app

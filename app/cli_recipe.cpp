// SPDX-License-Identifier: GPL-3.0-or-later
// From the core's table of recipe options to command line options and back.
#include "app/cli_recipe.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli_verb.h"
#include "core/plan/recipe_options.h"

namespace awq::app {
namespace {

std::string defaultText(const core::RecipeOption& option) {
    const nlohmann::ordered_json value = option.get(core::Recipe{});
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    return value.empty() || text.empty() || value.is_boolean() ? "" : " (" + text + ")";
}

CliOption cliOption(const core::RecipeOption& option) {
    std::string help = option.help;
    for (std::size_t i = 0; i < option.values.size(); ++i)
        help += (i ? ", " : ": ") + option.values[i];
    return {option.name, option.argument, help + defaultText(option)};
}

bool isCommon(const std::string& name) {
    return std::ranges::count(commonOptions(), name, &CliOption::name) > 0;
}

} // namespace

const std::vector<CliOption>& recipeCliOptions() {
    static const std::vector<CliOption> table = [] {
        std::vector<CliOption> options{
            {"recipe", "FILE", "read the recipe from a JSON file; the options below override it"}};
        for (const core::RecipeOption& option : core::recipeOptions()) {
            if (!isCommon(option.name))
                options.push_back(cliOption(option));
            if (!option.opposite.empty())
                options.push_back({option.opposite, "", "the opposite of --" + option.name});
        }
        return options;
    }();
    return table;
}

core::Recipe mergedRecipe(const Arguments& arguments) {
    core::Recipe recipe;
    if (arguments.has("recipe"))
        recipe = core::readRecipeFile(arguments.text("recipe", ""));
    for (const auto& [name, value] : arguments.inOrder())
        for (const core::RecipeOption& option : core::recipeOptions()) {
            if (option.name == name)
                core::setFromText(recipe, option, option.kind == core::OptionKind::flag ? "true" : value);
            else if (option.opposite == name)
                core::setFromText(recipe, option, "false");
        }
    return recipe;
}

core::Recipe recipeOf(const Arguments& arguments) {
    core::Recipe recipe = mergedRecipe(arguments);
    core::validate(recipe);
    return recipe;
}

} // namespace awq::app

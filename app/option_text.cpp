// SPDX-License-Identifier: GPL-3.0-or-later
// Text form of recipe options.
#include "app/option_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/plan/recipe_presets.h"

namespace awq::app {

static QString textOf(const nlohmann::ordered_json& value) {
    if (value.is_string())
        return QString::fromStdString(value.get<std::string>());
    if (value.is_object()) // other bits for some linears
        return QStringLiteral("%1=%2")
            .arg(QString::fromStdString(value.at("linears").get<std::string>()))
            .arg(value.at("bits").get<int>());
    return QString::fromStdString(value.dump());
}

QStringList optionTexts(const core::RecipeOption& option, const core::Recipe& recipe) {
    const auto value = option.get(recipe);
    if (!value.is_array())
        return {textOf(value)};
    QStringList texts;
    for (const auto& item : value)
        texts << textOf(item);
    return texts;
}

void setOptionTexts(core::Recipe& recipe, const core::RecipeOption& option, const QStringList& texts) {
    core::Recipe changed = recipe;
    if (isList(option))
        option.set(changed, nlohmann::json::array(), "--" + option.name);
    for (const QString& text : texts)
        core::setFromText(changed, option, text.toStdString());
    recipe = std::move(changed);
}

bool isList(const core::RecipeOption& option) {
    return option.kind == core::OptionKind::textList || option.kind == core::OptionKind::bitsList;
}

const core::RecipeOption& recipeOption(const QString& name) {
    const auto& options = core::recipeOptions();
    const auto found = std::find_if(options.begin(), options.end(), [wanted = name.toStdString()](const auto& option) {
        return option.name == wanted;
    });
    Q_ASSERT_X(found != options.end(), "recipeOption", qPrintable(name));
    return *found;
}

core::Recipe presetRecipe(const std::string& preset) {
    core::Recipe recipe;
    core::applyPreset(recipe, preset);
    return recipe;
}

} // namespace awq::app

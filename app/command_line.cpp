// SPDX-License-Identifier: GPL-3.0-or-later
// Recipe options written as command line arguments.
#include "app/command_line.h"

#include <QRegularExpression>
#include <nlohmann/json.hpp>

#include "app/paths.h"
#include "core/plan/recipe_options.h"
#include "core/plan/recipe_presets.h"

namespace awq::app {

namespace {

QString valueText(const nlohmann::ordered_json& value) {
    if (value.is_string())
        return QString::fromStdString(value.get<std::string>());
    if (value.is_object()) // other bits for some linears
        return QStringLiteral("%1=%2")
            .arg(QString::fromStdString(value.at("linears").get<std::string>()))
            .arg(value.at("bits").get<int>());
    return QString::fromStdString(value.dump());
}

QStringList optionArguments(const core::RecipeOption& option, const nlohmann::ordered_json& value) {
    const QString name = QStringLiteral("--") + QString::fromStdString(option.name);
    if (option.kind == core::OptionKind::flag)
        return {value.get<bool>() ? name : QStringLiteral("--") + QString::fromStdString(option.opposite)};
    if (!value.is_array())
        return {name, valueText(value)};
    QStringList arguments;
    for (const auto& item : value)
        arguments << name << valueText(item);
    return arguments;
}

} // namespace

QStringList commandArguments(const core::QuantizeRequest& request) {
    QStringList arguments{QStringLiteral("awq-cli"), QStringLiteral("quantize"), toText(request.model),
                          QStringLiteral("--output"), toText(request.output)};
    if (!request.runDir.empty())
        arguments << QStringLiteral("--run-dir") << toText(request.runDir);
    if (request.resume)
        arguments << QStringLiteral("--resume");
    if (request.force)
        arguments << QStringLiteral("--force");

    core::Recipe known;
    if (request.recipe.preset != known.preset)
        arguments << QStringLiteral("--preset") << QString::fromStdString(request.recipe.preset);
    core::applyPreset(known, request.recipe.preset);
    for (const core::RecipeOption& option : core::recipeOptions()) {
        const auto value = option.get(request.recipe);
        if (value != option.get(known))
            arguments << optionArguments(option, value);
    }
    return arguments;
}

QString shellLine(const QStringList& arguments) {
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+=:,./-]+$"));
    QStringList quoted;
    for (QString argument : arguments) {
        if (!plain.match(argument).hasMatch())
            argument =
                QLatin1Char('\'') + argument.replace(QLatin1Char('\''), QLatin1String("'\\''")) + QLatin1Char('\'');
        quoted << argument;
    }
    return quoted.join(QLatin1Char(' '));
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Recipe options written as command line arguments.
#include "app/command_line.h"

#include <QRegularExpression>
#include <nlohmann/json.hpp>

#include "app/option_text.h"
#include "app/paths.h"

namespace awq::app {

namespace {

QStringList optionArguments(const core::RecipeOption& option, const core::Recipe& recipe) {
    const QString name = QStringLiteral("--") + QString::fromStdString(option.name);
    const QStringList texts = optionTexts(option, recipe);
    if (option.kind == core::OptionKind::flag)
        return {texts.front() == QLatin1String("true")
                    ? name
                    : QStringLiteral("--") + QString::fromStdString(option.opposite)};
    QStringList arguments;
    for (const QString& text : texts)
        arguments << name << text;
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

    if (request.recipe.preset != core::Recipe().preset)
        arguments << QStringLiteral("--preset") << QString::fromStdString(request.recipe.preset);
    const core::Recipe known = presetRecipe(request.recipe.preset);
    for (const core::RecipeOption& option : core::recipeOptions())
        if (option.get(request.recipe) != option.get(known))
            arguments << optionArguments(option, request.recipe);
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

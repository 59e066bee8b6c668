// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns of the recipe and what they match.
#include "app/recipe_overrides.h"

#include <QCoreApplication>
#include <algorithm>
#include <regex>

#include "app/number_text.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(RecipeOverrides)
};

} // namespace

std::vector<RecipeOverride> overridesOf(const core::Recipe& recipe) {
    std::vector<RecipeOverride> overrides;
    for (const std::string& pattern : recipe.exclude)
        overrides.push_back({QString::fromStdString(pattern), 0});
    for (const auto& [pattern, bits] : recipe.bitsFor)
        overrides.push_back({QString::fromStdString(pattern), bits});
    return overrides;
}

core::Recipe withoutOverride(core::Recipe recipe, const RecipeOverride& override) {
    const std::string pattern = override.pattern.toStdString();
    std::erase(recipe.exclude, pattern);
    std::erase_if(recipe.bitsFor, [&](const auto& entry) { return entry.first == pattern; });
    return recipe;
}

core::Recipe withOverride(core::Recipe recipe, const RecipeOverride& override) {
    recipe = withoutOverride(std::move(recipe), override);
    if (override.bits == 0)
        recipe.exclude.push_back(override.pattern.toStdString());
    else
        recipe.bitsFor.emplace_back(override.pattern.toStdString(), override.bits);
    return recipe;
}

std::optional<int> matches(const core::Plan& plan, const QString& pattern) {
    try {
        const std::regex expression(pattern.toStdString());
        return int(std::count_if(plan.linears.begin(), plan.linears.end(), [&](const core::PlannedLinear& linear) {
            return std::regex_search(linear.fullName, expression);
        }));
    } catch (const std::regex_error&) {
        return std::nullopt;
    }
}

OverridesModel::OverridesModel(QObject* parent)
    : TableModel({{Text::tr("Linears whose name matches"), Text::tr("A part of the name, or a regular expression."),
                   [](const OverrideRow& r) { return r.override.pattern; }},
                  {Text::tr("Treatment"), Text::tr("What happens to them."),
                   [](const OverrideRow& r) { return r.override.bits; },
                   [](const OverrideRow& r) { return treatmentText(r.override.bits); }},
                  {Text::tr("Linears"), Text::tr("How many match in this model."),
                   [](const OverrideRow& r) { return r.linears.value_or(0); },
                   [](const OverrideRow& r) { return r.linears ? countText(*r.linears) : QStringLiteral("–"); }, true}},
                 parent) {}

void OverridesModel::show(const core::Recipe& recipe, const core::Plan& plan) {
    std::vector<OverrideRow> rows;
    for (const RecipeOverride& override : overridesOf(recipe))
        rows.push_back({override, matches(plan, override.pattern)});
    setRows(std::move(rows));
}

QString treatmentText(int bits) {
    return bits == 0 ? Text::tr("kept in float") : Text::tr("%1 bits").arg(bits);
}

} // namespace awq::app

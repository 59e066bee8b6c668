// SPDX-License-Identifier: GPL-3.0-or-later
// What the recipe asks for single linears: a list of patterns, each with what happens to the linears it matches.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "app/table_model.h"
#include "core/plan/plan.h"

namespace awq::app {

struct RecipeOverride {
    QString pattern; // regular expression, searched in full names
    int bits = 0;    // 0: kept in float

    bool operator==(const RecipeOverride&) const = default;
};

// In the order in which they count: what is kept in float first, then other bits, where the first match wins.
std::vector<RecipeOverride> overridesOf(const core::Recipe& recipe);
core::Recipe withOverride(core::Recipe recipe, const RecipeOverride& override); // replaces one of the same pattern
core::Recipe withoutOverride(core::Recipe recipe, const RecipeOverride& override);

// Linears of the plan the pattern matches; nothing when it is no regular expression.
std::optional<int> matches(const core::Plan& plan, const QString& pattern);

struct OverrideRow {
    RecipeOverride override;
    std::optional<int> linears; // it matches
};

class OverridesModel : public TableModel<OverrideRow> {
public:
    explicit OverridesModel(QObject* parent = nullptr);

    void show(const core::Recipe& recipe, const core::Plan& plan);
};

QString treatmentText(int bits); // "kept in float", "8 bits"

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// How recipe options are called and explained in the window.
#pragma once

#include <QString>
#include <vector>

namespace awq::ui {

struct Choice {
    QString value, label;
};

struct OptionLabel {
    QString label;
    QString explanation;         // effect and cost, one sentence
    std::vector<Choice> choices; // offered values with their names; empty: what core lists, under its own names
};

// Of an option of core's table; an option without an entry is called by its own name.
OptionLabel optionLabel(const QString& name);

} // namespace awq::ui

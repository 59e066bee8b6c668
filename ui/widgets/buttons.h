// SPDX-License-Identifier: GPL-3.0-or-later
// The buttons of the pages: one line each where they are used.
#pragma once

#include <QPushButton>
#include <QToolButton>
#include <functional>

namespace awq::ui {

// What a sentence offers to do next.
struct Action {
    QString text; // a verb
    QString iconName;
    std::function<void()> run;
};

enum class ButtonRole { normal, primary, quiet };

QPushButton* pushButton(const QString& text, const QString& iconName = {}, ButtonRole role = ButtonRole::normal);
QPushButton* actionButton(const Action& action, QObject* context, ButtonRole role = ButtonRole::normal);

// Icon only; the name is what assistive programs say and the tool tip shows.
QToolButton* iconButton(const QString& iconName, const QString& name);

} // namespace awq::ui

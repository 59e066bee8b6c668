// SPDX-License-Identifier: GPL-3.0-or-later
// Small helpers around layouts.
#pragma once

#include <QBoxLayout>
#include <QWidget>
#include <initializer_list>

namespace awq::ui {

// Removes and deletes everything in it; widgets are deleted later, so that one of them may be the caller.
void clearLayout(QLayout* layout);

// Widgets side by side, without margins; a null pointer is a stretch.
QHBoxLayout* row(std::initializer_list<QWidget*> widgets);

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The line icons of the program, drawn in the colours of the palette in use.
#pragma once

#include <QIcon>
#include <QString>
#include <QStringList>

namespace awq::ui {

// Icon from resources/icons/NAME.svg. Its ink is taken when it is painted: text (button) normally, dimmed when
// disabled, the ink of the selection when selected. It follows a change of theme by itself and is sharp at every scale.
// An unknown name is a programming error (asserts).
QIcon icon(const QString& name);

// The same with a fixed role: the accent, or ok, warning, error.
enum class IconInk { text, dim, accent, ok, warning, error, onAccent };
QIcon icon(const QString& name, IconInk ink);

QStringList iconNames(); // all there are, sorted

QIcon applicationIcon(); // the program's own mark, in its own colours

} // namespace awq::ui

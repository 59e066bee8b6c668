// SPDX-License-Identifier: GPL-3.0-or-later
// A hairline between parts of the window.
#pragma once

class QWidget;

namespace awq::ui {

QWidget* verticalLine();

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The plotting library's version, for About.
#pragma once

#include <QString>

namespace awq::ui {

QString plotLibraryVersion(); // "2.1.0"

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The log: newest lines, by level and text.
#pragma once

#include <QDockWidget>

#include "app/workspace.h"

namespace awq::ui {

class LogDock : public QDockWidget {
    Q_OBJECT

public:
    explicit LogDock(app::Workspace& workspace, QWidget* parent = nullptr);
};

} // namespace awq::ui

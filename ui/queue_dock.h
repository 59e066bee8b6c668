// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of jobs: their order, what came of them, and what can be done with each.
#pragma once

#include <QDockWidget>
#include <optional>

#include "app/workspace.h"

class QPushButton;
class QToolButton;

namespace awq::ui {

class Table;

class QueueDock : public QDockWidget {
    Q_OBJECT

public:
    explicit QueueDock(app::Workspace& workspace, QWidget* parent = nullptr);

private:
    std::optional<app::QueuedJob> currentJob() const;
    void move(int by);
    void retry(bool resume);
    void removeCurrent();
    void updateButtons();

    app::Workspace& m_workspace;
    Table* m_table;
    QToolButton *m_up, *m_down, *m_retry, *m_resume, *m_remove;
    QPushButton* m_pause;
};

} // namespace awq::ui

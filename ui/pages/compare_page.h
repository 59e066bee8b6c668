// SPDX-License-Identifier: GPL-3.0-or-later
// What quantizing cost: perplexities, predictions, runs and tasks, each on a face of its own.
#pragma once

#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

class QStackedWidget;
class QTabBar;

namespace awq::ui {

class PerplexityView;
class RunDifferenceView;
class TaskView;
class TokenView;

class ComparePage : public Page {
    Q_OBJECT

public:
    ComparePage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    bool wantsPlanPanel() const override { return false; }

private:
    template <typename View>
    void addFace(const QString& title, View* view);
    void showState();
    void showEnd(const app::RunMonitor& run);

    app::Workspace& m_workspace;
    Shell& m_shell;
    QTabBar* m_tabs;
    QStackedWidget* m_faces;
    PerplexityView* m_perplexities;
};

} // namespace awq::ui

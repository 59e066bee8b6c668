// SPDX-License-Identifier: GPL-3.0-or-later
// The side panel: the plan in figures beside the knobs that move it, and the run in progress.
#pragma once

#include <QWidget>

#include "app/workspace.h"

class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace awq::ui {

class Label;
class Meter;

class PlanPanel : public QWidget {
    Q_OBJECT

public:
    explicit PlanPanel(app::Workspace& workspace, QWidget* parent = nullptr);

    void setShowsRun(bool shows); // off beside a page that shows the run itself

signals:
    void cancelWanted();

private:
    QWidget* makePlanPart();
    QWidget* makeRunPart();
    void showPlan();
    void showMessages();
    void showMapping();
    void showRun();

    app::Workspace& m_workspace;
    Label *m_hint, *m_sizes, *m_share, *m_time, *m_linears;
    Meter *m_deviceMemory, *m_hostMemory, *m_disk;
    QVBoxLayout *m_loaders, *m_messages;
    QWidget *m_planPart, *m_runPart;
    Label *m_runTitle, *m_runPhase, *m_runEta;
    QProgressBar* m_runBar;
    QPushButton* m_cancel;
    bool m_showsRun = true;
};

} // namespace awq::ui

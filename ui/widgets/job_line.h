// SPDX-License-Identifier: GPL-3.0-or-later
// The line that starts a job and then shows how it goes: a button, or Cancel, progress bar and phase.
#pragma once

#include <QWidget>

#include "app/run_monitor.h"

class QProgressBar;
class QPushButton;

namespace awq::ui {

class Label;

class JobLine : public QWidget {
    Q_OBJECT

public:
    // The buttons are named "<name>.run" and "<name>.cancel".
    JobLine(app::RunMonitor& monitor, const QString& name, const QString& verb, QWidget* parent = nullptr);

    // Why it cannot start is said by the tool tip.
    void setStartable(bool startable, const QString& explanation);

signals:
    void startWanted();

private:
    void showProgress();

    app::RunMonitor& m_monitor;
    QPushButton *m_start, *m_cancel;
    QProgressBar* m_bar;
    Label* m_phase;
};

} // namespace awq::ui

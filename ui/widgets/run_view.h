// SPDX-License-Identifier: GPL-3.0-or-later
// A run as it goes on: progress, blocks, the linear under work, losses and memory as they come in.
#pragma once

#include <QWidget>
#include <vector>

#include "app/run_monitor.h"

class QProgressBar;
class QPushButton;

namespace awq::ui {

class BlockStrip;
class Label;
class LinearLossPlot;
class TimelinePlot;

class RunView : public QWidget {
    Q_OBJECT

public:
    explicit RunView(app::RunMonitor& run, QWidget* parent = nullptr);

signals:
    void cancelWanted();
    void blockChosen(int block);
    void linearChosen(int block, const QString& name);

private:
    QWidget* makePlots();
    void restart();
    void take(const std::vector<core::Event>& batch);
    void showClock();

    app::RunMonitor& m_run;
    Label *m_title, *m_eta, *m_phase, *m_now, *m_range;
    QProgressBar* m_bar;
    BlockStrip* m_strip;
    LinearLossPlot* m_losses;
    TimelinePlot* m_memory;
    QPushButton* m_cancel;
    std::size_t m_lossesShown = 0;
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The live side of a run: its progress, kept current from the runner's events until the outcome is there.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <vector>

#include "app/job_runner.h"
#include "app/run_progress.h"

namespace awq::app {

// One monitor per kind of job; it follows the runner from begin() to the outcome and ignores it otherwise.
class RunMonitor : public QObject {
    Q_OBJECT

public:
    explicit RunMonitor(JobRunner& runner, QObject* parent = nullptr);

    void begin(const QString& model, const QString& runDir); // just before the runner starts
    void cancel();

    const RunProgress& progress() const { return m_progress; }
    bool isActive() const { return m_following; }
    double now() const;            // seconds of the run
    double secondsInBlock() const; // what cancelling now would lose
    std::optional<Eta> eta() const { return m_progress.eta(now()); }
    const JobOutcome& outcome() const { return m_outcome; } // after ended()

signals:
    void began();
    void advanced(const std::vector<awq::core::Event>& batch); // after the progress took them
    void ticked();                                             // once a second, for clocks
    void ended();

private:
    void take(const std::vector<core::Event>& batch);
    void end(const JobOutcome& outcome);

    JobRunner& m_runner;
    RunProgress m_progress;
    JobOutcome m_outcome;
    bool m_following = false;
    QElapsedTimer m_clock;
    QTimer m_second;
};

} // namespace awq::app

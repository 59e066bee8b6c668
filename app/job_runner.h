// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one job at a time on its own thread and delivers its events and its outcome on this one.
#pragma once

#include <QObject>
#include <thread>
#include <vector>

#include "app/event_bridge.h"
#include "app/job.h"

namespace awq::app {

// The outcome comes exactly once per job, after the last event. Destruction cancels and joins.
class JobRunner : public QObject {
    Q_OBJECT

public:
    explicit JobRunner(QObject* parent = nullptr);
    ~JobRunner() override;

    bool isRunning() const { return m_running; }
    bool isCancelling() const { return m_running && m_thread.get_stop_token().stop_requested(); }

    void start(Job job); // only when none is running
    void cancel();       // cooperative; the outcome follows

signals:
    void started();
    void cancelling();
    void events(const std::vector<awq::core::Event>& batch);
    void finished(const awq::app::JobOutcome& outcome);

private:
    void threadDone(JobOutcome outcome);
    void deliverOutcome();

    EventBridge m_bridge;
    JobOutcome m_outcome;
    bool m_running = false;    // from start() to finished()
    bool m_threadDone = false; // the outcome waits for the last events
    std::jthread m_thread;     // last: joined before what it uses goes away
};

} // namespace awq::app

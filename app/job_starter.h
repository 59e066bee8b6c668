// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the queue's next job whenever the runner is free, and writes what came of it back into the queue.
#pragma once

#include <QObject>
#include <functional>

#include "app/job_queue.h"
#include "app/job_runner.h"

namespace awq::app {

class JobStarter : public QObject {
    Q_OBJECT

public:
    using MakeJob = std::function<Job(const core::QuantizeRequest&)>;

    JobStarter(JobQueue& queue, JobRunner& runner, MakeJob makeJob, QObject* parent = nullptr);

    // The running job goes on; the next one waits until the pause ends. A fresh queue is paused when it holds jobs from
    // an earlier session: nothing starts by itself at program start.
    bool isPaused() const { return m_paused; }
    void setPaused(bool paused);

    quint64 currentJob() const { return m_current; } // 0: none of the queue's
    void startNext();                                // does nothing when busy, paused or empty

signals:
    void pausedChanged(bool paused);
    void jobStarted(const awq::app::QueuedJob& job);
    void jobFinished(quint64 id, const awq::app::JobOutcome& outcome);

private:
    void finish(const JobOutcome& outcome);

    JobQueue& m_queue;
    JobRunner& m_runner;
    MakeJob m_makeJob;
    quint64 m_current = 0;
    bool m_paused;
};

} // namespace awq::app

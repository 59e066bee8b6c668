// SPDX-License-Identifier: GPL-3.0-or-later
// Between the queue and the runner.
#include "app/job_starter.h"

#include <utility>

#include "app/number_text.h"

namespace awq::app {

namespace {

JobState stateOf(const JobOutcome& outcome) {
    if (outcome.ok())
        return JobState::done;
    return outcome.wasCancelled() ? JobState::cancelled : JobState::failed;
}

QString messageOf(const JobOutcome& outcome) {
    if (const auto* result = std::get_if<core::QuantizeResult>(&outcome.result))
        return QStringLiteral("%1 → %2").arg(bytesText(result->bytesBefore), bytesText(result->bytesAfter));
    return outcome.error && !outcome.wasCancelled() ? QString::fromUtf8(outcome.error->what()) : QString();
}

} // namespace

JobStarter::JobStarter(JobQueue& queue, JobRunner& runner, MakeJob makeJob, QObject* parent)
    : QObject(parent), m_queue(queue), m_runner(runner), m_makeJob(std::move(makeJob)),
      m_paused(queue.nextWaiting().has_value()) {
    connect(&runner, &JobRunner::finished, this, &JobStarter::finish);
}

void JobStarter::setPaused(bool paused) {
    if (std::exchange(m_paused, paused) == paused)
        return;
    emit pausedChanged(paused);
    startNext();
}

void JobStarter::startNext() {
    if (m_paused || m_runner.isRunning())
        return;
    const std::optional<QueuedJob> job = m_queue.nextWaiting();
    if (!job)
        return;
    m_current = job->id;
    m_queue.setState(job->id, JobState::running);
    emit jobStarted(*job);
    m_runner.start(m_makeJob(job->request));
}

void JobStarter::finish(const JobOutcome& outcome) {
    if (const quint64 id = std::exchange(m_current, 0)) {
        m_queue.setState(id, stateOf(outcome), messageOf(outcome));
        emit jobFinished(id, outcome);
    }
    startNext();
}

} // namespace awq::app

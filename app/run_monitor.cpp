// SPDX-License-Identifier: GPL-3.0-or-later
// Follows the runner while its job is ours.
#include "app/run_monitor.h"

namespace awq::app {

namespace {

// The terminal state when the job ended without its terminal event: it failed before it could start.
core::EventPayload terminalPayload(const JobOutcome& outcome, const RunProgress& progress) {
    if (outcome.ok())
        return core::Finished{};
    if (outcome.wasCancelled())
        return core::Cancelled{progress.blocksDone(), progress.runDir.toStdString()};
    const core::Error& error = *outcome.error;
    return core::Failed{int(error.code()), error.what(), error.where(), error.hint()};
}

} // namespace

RunMonitor::RunMonitor(JobRunner& runner, QObject* parent) : QObject(parent), m_runner(runner) {
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &RunMonitor::ticked);
    connect(&runner, &JobRunner::events, this, &RunMonitor::take);
    connect(&runner, &JobRunner::finished, this, &RunMonitor::end);
}

void RunMonitor::begin(const QString& model, const QString& runDir) {
    m_progress = {};
    m_progress.state = RunState::running;
    m_progress.model = model;
    m_progress.runDir = runDir;
    m_outcome = {};
    m_following = true;
    m_clock.start();
    m_second.start();
    emit began();
}

void RunMonitor::cancel() {
    if (!m_following)
        return;
    m_progress.setCancelling();
    m_runner.cancel();
    emit ticked();
}

double RunMonitor::now() const {
    return m_following ? double(m_clock.elapsed()) / 1000 : m_progress.seconds;
}

double RunMonitor::secondsInBlock() const {
    return m_following && m_progress.currentBlock >= 0 ? now() - m_progress.blockStarted : 0;
}

void RunMonitor::take(const std::vector<core::Event>& batch) {
    if (!m_following)
        return;
    for (const core::Event& event : batch)
        m_progress.apply(event);
    if (m_runner.isCancelling())
        m_progress.setCancelling();
    emit advanced(batch);
}

void RunMonitor::end(const JobOutcome& outcome) {
    if (!m_following)
        return;
    if (m_progress.isActive())
        m_progress.apply({0, now(), terminalPayload(outcome, m_progress)});
    m_outcome = outcome;
    m_following = false;
    m_second.stop();
    emit ended();
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// The worker thread of a job and the hand-over of its outcome.
#include "app/job_runner.h"

#include <exception>
#include <utility>

namespace awq::app {

namespace {

JobOutcome failure(core::ErrorCode code, const char* what, const char* hint) {
    return {std::monostate(), core::Error(code, what, {}, hint)};
}

// Nothing may leave the thread as an exception.
JobOutcome runGuarded(const Job& job, core::EventSink& sink, std::stop_token stop) {
    try {
        return job(sink, stop);
    } catch (const core::Error& error) {
        return {std::monostate(), error};
    } catch (const std::bad_alloc&) {
        return failure(core::ErrorCode::noResources, "Out of memory", "Close other programs or choose fewer samples.");
    } catch (const std::exception& error) {
        return failure(core::ErrorCode::internal, error.what(), "Copy the details and report them.");
    }
}

} // namespace

JobRunner::JobRunner(QObject* parent) : QObject(parent) {
    connect(&m_bridge, &EventBridge::arrived, this, &JobRunner::events);
    connect(&m_bridge, &EventBridge::drained, this, &JobRunner::deliverOutcome);
}

JobRunner::~JobRunner() {
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

void JobRunner::start(Job job) {
    Q_ASSERT(!m_running);
    m_running = true;
    m_threadDone = false;
    m_thread = std::jthread([this, job = std::move(job)](std::stop_token stop) {
        JobOutcome outcome = runGuarded(job, m_bridge, stop);
        QMetaObject::invokeMethod(
            this, [this, outcome = std::move(outcome)] { threadDone(outcome); }, Qt::QueuedConnection);
    });
    emit started();
}

void JobRunner::cancel() {
    if (!m_running || isCancelling())
        return;
    m_thread.request_stop();
    emit cancelling();
}

void JobRunner::threadDone(JobOutcome outcome) {
    m_thread.join();
    m_outcome = std::move(outcome);
    m_threadDone = true;
    if (m_bridge.isEmpty())
        deliverOutcome();
}

void JobRunner::deliverOutcome() {
    if (!std::exchange(m_threadDone, false))
        return;
    m_running = false;
    emit finished(std::exchange(m_outcome, {}));
}

} // namespace awq::app

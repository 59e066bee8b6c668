// SPDX-License-Identifier: GPL-3.0-or-later
// Trials and what is kept of them.
#include "app/overriding.h"

#include "app/paths.h"

namespace awq::app {

Overriding::Overriding(JobRunner& runner, Services services, QObject* parent)
    : QObject(parent), m_runner(runner), m_services(std::move(services)), m_monitor(runner) {
    connect(&m_monitor, &RunMonitor::ended, this, &Overriding::take);
}

bool Overriding::tryOut(const core::OverrideRequest& request) {
    if (m_runner.isRunning() || isKeeping())
        return false;
    m_request = request;
    m_result.reset();
    m_monitor.begin(toText(request.runDir), {});
    emit changed();
    m_runner.start(m_services.tryOut(request));
    return true;
}

void Overriding::take() {
    if (const auto* result = std::get_if<core::OverrideResult>(&m_monitor.outcome().result))
        m_result = *result;
    emit changed();
}

void Overriding::discard() {
    m_result.reset();
    emit changed();
}

void Overriding::keep() {
    if (!m_result || isKeeping())
        return;
    m_task.request(
        [keep = m_services.keep, runDir = m_request.runDir, wanted = m_result->wanted](std::stop_token) {
            keep(runDir, wanted);
            return true;
        },
        [this](const core::Outcome<bool>& outcome) {
            if (!outcome.ok())
                return emit keepFailed(*outcome.error);
            m_result.reset();
            emit changed();
            emit kept(toText(m_request.runDir));
        });
    emit changed();
}

} // namespace awq::app

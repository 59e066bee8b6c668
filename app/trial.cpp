// SPDX-License-Identifier: GPL-3.0-or-later
// Running a prompt and collecting the text.
#include "app/trial.h"

#include <algorithm>
#include <mutex>
#include <string>

#include "app/paths.h"

namespace awq::app {

struct Trial::Inbox {
    std::mutex mutex;
    std::array<std::string, sides> texts; // UTF-8
};

Trial::Trial(JobRunner& runner, MakeJob makeJob, QObject* parent)
    : QObject(parent), m_runner(runner), m_makeJob(std::move(makeJob)), m_monitor(runner) {
    m_drain.setInterval(EventBridge::drainIntervalMs);
    connect(&m_drain, &QTimer::timeout, this, &Trial::collect);
    connect(&m_monitor, &RunMonitor::ended, this, &Trial::take);
}

bool Trial::start(const std::vector<core::GenerateRequest>& requests) {
    if (m_runner.isRunning() || requests.empty() || requests.size() > sides)
        return false;
    m_requests = requests;
    m_answers = {};
    for (std::size_t side = 0; side < requests.size(); ++side)
        m_answers[side].model = toText(requests[side].model);
    m_inbox = std::make_shared<Inbox>();
    m_monitor.begin(toText(requests.front().model), {});
    m_drain.start();
    emit textChanged();
    m_runner.start(m_makeJob(requests, [inbox = m_inbox](std::size_t part, std::string_view piece) {
        const std::lock_guard lock(inbox->mutex);
        inbox->texts.at(part) += piece;
    }));
    return true;
}

void Trial::collect() {
    bool grew = false;
    {
        const std::lock_guard lock(m_inbox->mutex);
        for (std::size_t side = 0; side < sides; ++side) {
            if (m_inbox->texts[side].empty())
                continue;
            m_answers[side].text += QString::fromStdString(m_inbox->texts[side]);
            m_inbox->texts[side].clear();
            grew = true;
        }
    }
    if (grew)
        emit textChanged();
}

void Trial::take() {
    m_drain.stop();
    collect();
    if (const auto* results = std::get_if<std::vector<core::GenerateResult>>(&m_monitor.outcome().result))
        for (std::size_t side = 0; side < results->size(); ++side)
            m_answers.at(side).result = (*results)[side];
    emit textChanged();
}

qsizetype commonPrefix(const QString& a, const QString& b) {
    return std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
}

} // namespace awq::app

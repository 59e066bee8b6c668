// SPDX-License-Identifier: GPL-3.0-or-later
// One prompt through two models, one after the other, with their text as it comes.
#pragma once

#include <QObject>
#include <QTimer>
#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "app/run_monitor.h"

namespace awq::app {

class Trial : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t sides = 2;
    using MakeJob = std::function<Job(const std::vector<core::GenerateRequest>&, PartText)>;

    // What one model made of the prompt.
    struct Answer {
        QString model; // folder
        QString text;  // so far
        std::optional<core::GenerateResult> result;
    };

    Trial(JobRunner& runner, MakeJob makeJob, QObject* parent = nullptr);

    // One or two requests with the same prompt; false when the runner is busy.
    bool start(const std::vector<core::GenerateRequest>& requests);
    RunMonitor& monitor() { return m_monitor; }
    const Answer& answer(std::size_t side) const { return m_answers.at(side); }
    const std::vector<core::GenerateRequest>& requests() const { return m_requests; } // that the answers belong to

signals:
    void textChanged(); // at most 30 times a second

private:
    struct Inbox; // filled on the job's thread

    void collect();
    void take();

    JobRunner& m_runner;
    MakeJob m_makeJob;
    RunMonitor m_monitor;
    std::array<Answer, sides> m_answers;
    std::vector<core::GenerateRequest> m_requests;
    std::shared_ptr<Inbox> m_inbox;
    QTimer m_drain;
};

// Characters the two texts begin with alike.
qsizetype commonPrefix(const QString& a, const QString& b);

} // namespace awq::app

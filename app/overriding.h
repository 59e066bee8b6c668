// SPDX-License-Identifier: GPL-3.0-or-later
// Another choice for one scale set of the opened run: the trial as a job, what came of it, and keeping it.
#pragma once

#include <QObject>
#include <functional>
#include <optional>

#include "app/latest_task.h"
#include "app/run_monitor.h"

namespace awq::app {

class Overriding : public QObject {
    Q_OBJECT

public:
    struct Services {
        std::function<Job(const core::OverrideRequest&)> tryOut;
        // Called on a worker thread; throws core::Error.
        std::function<void(const std::filesystem::path& runDir, const core::ScaleOverride&)> keep;
    };

    Overriding(JobRunner& runner, Services services, QObject* parent = nullptr);

    bool tryOut(const core::OverrideRequest& request); // false when the runner is busy
    void keep();                                       // what was tried last; nothing without a result
    void discard();                                    // forgets it

    RunMonitor& monitor() { return m_monitor; }
    const core::OverrideRequest& request() const { return m_request; }             // tried last
    const std::optional<core::OverrideResult>& result() const { return m_result; } // of it, once there
    bool isKeeping() const { return m_task.isBusy(); }

signals:
    void changed(); // result or request
    void kept(const QString& runDir);
    void keepFailed(const awq::core::Error& error);

private:
    void take();

    JobRunner& m_runner;
    Services m_services;
    RunMonitor m_monitor;
    core::OverrideRequest m_request;
    std::optional<core::OverrideResult> m_result;
    LatestTask m_task; // last: stopped first
};

} // namespace awq::app

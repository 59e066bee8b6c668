// SPDX-License-Identifier: GPL-3.0-or-later
// Background work of which only the newest request counts: a newer one stops and outdates the one before.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <exception>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "core/run/outcome.h"

namespace awq::app {

// Work runs on one worker thread; the answer comes on this object's thread, never after its destruction.
class LatestTask : public QObject {
    Q_OBJECT

public:
    explicit LatestTask(QObject* parent = nullptr) : QObject(parent) { m_pool.setMaxThreadCount(1); }

    ~LatestTask() override {
        cancel();
        m_pool.waitForDone();
    }

    bool isBusy() const { return m_busy; }

    // The answer of the request in progress, if any, will not come.
    void cancel() {
        m_stop.request_stop();
        m_pool.clear();
        ++m_newest;
        m_busy = false;
    }

    // work(std::stop_token) -> Result, on the worker; done(const core::Outcome<Result>&) here. What work throws becomes
    // the error.
    template <typename Work, typename Done>
    void request(Work work, Done done) {
        using Result = std::invoke_result_t<Work, std::stop_token>;
        cancel();
        m_stop = std::stop_source();
        m_busy = true;
        m_pool.start([this, id = m_newest, stop = m_stop.get_token(), work = std::move(work), done = std::move(done)] {
            if (stop.stop_requested())
                return;
            auto outcome = std::make_shared<core::Outcome<Result>>(guarded<Result>(work, stop));
            QMetaObject::invokeMethod(
                this,
                [this, id, outcome, done] {
                    if (id != m_newest)
                        return;
                    m_busy = false;
                    done(*outcome);
                },
                Qt::QueuedConnection);
        });
    }

private:
    template <typename Result, typename Work>
    static core::Outcome<Result> guarded(const Work& work, std::stop_token stop) {
        try {
            return {work(stop), std::nullopt};
        } catch (const core::Error& error) {
            return {std::nullopt, error};
        } catch (const std::exception& error) {
            return {std::nullopt, core::Error(core::ErrorCode::internal, error.what())};
        }
    }

    QThreadPool m_pool;
    std::stop_source m_stop;
    quint64 m_newest = 0;
    bool m_busy = false;
};

} // namespace awq::app

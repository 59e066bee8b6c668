// SPDX-License-Identifier: GPL-3.0-or-later
// The monitor: follows its own job only, reports every ending, also one before the first event.
#include <QtTest>

#include <thread>

#include "app/run_monitor.h"

using namespace awq;
using app::RunState;

class RunMonitorTest : public QObject {
    Q_OBJECT

private slots:
    void followsItsJobToTheEnd() {
        app::JobRunner runner;
        app::RunMonitor monitor(runner);
        app::RunMonitor other(runner);
        QSignalSpy ended(&monitor, &app::RunMonitor::ended), otherEnded(&other, &app::RunMonitor::ended);
        monitor.begin("/m", "/r");
        runner.start([](core::EventSink& sink, std::stop_token) -> app::JobOutcome {
            sink.receive({0, 0, core::Started{"quantize", "/m", "/r", 2, 0}});
            sink.receive({1, 0, core::BlockDone{0, 1, 0, 0}});
            sink.receive({2, 0, core::Finished{"/o", 10, 3, 1}});
            return {core::QuantizeResult{}, std::nullopt};
        });
        QCOMPARE(monitor.progress().state, RunState::running);
        QTRY_COMPARE(ended.count(), 1);
        QCOMPARE(monitor.progress().state, RunState::finished);
        QCOMPARE(monitor.progress().blocksDone(), 1);
        QCOMPARE(otherEnded.count(), 0);
        QCOMPARE(other.progress().state, RunState::idle);
    }

    void aFailureBeforeTheFirstEventIsShown() {
        app::JobRunner runner;
        app::RunMonitor monitor(runner);
        monitor.begin("/m", "/r");
        runner.start([](core::EventSink&, std::stop_token) -> app::JobOutcome {
            core::badInput("no config.json", "/m", "choose a model folder");
        });
        QTRY_COMPARE(monitor.progress().state, RunState::failed);
        QCOMPARE(monitor.progress().failed->hint, std::string("choose a model folder"));
    }

    void cancellingShowsAtOnceAndStaysUntilItIsDone() {
        app::JobRunner runner;
        app::RunMonitor monitor(runner);
        QList<RunState> states;
        const auto note = [&] { states << monitor.progress().state; };
        connect(&monitor, &app::RunMonitor::advanced, this, note);
        monitor.begin("/m", "/r");
        runner.start([](core::EventSink& sink, std::stop_token stop) -> app::JobOutcome {
            while (!stop.stop_requested())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            sink.receive({0, 0, core::PhaseChanged{core::Phase::searching, 0, ""}});
            return {std::monostate(), core::Error(core::ErrorCode::cancelled, "Cancelled")};
        });
        monitor.cancel();
        QCOMPARE(monitor.progress().state, RunState::cancelling);
        QTRY_COMPARE(monitor.progress().state, RunState::cancelled);
        QCOMPARE(states, QList<RunState>{RunState::cancelling});
    }
};

QTEST_GUILESS_MAIN(RunMonitorTest)
#include "run_monitor_test.moc"

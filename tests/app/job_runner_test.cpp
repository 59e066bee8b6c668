// SPDX-License-Identifier: GPL-3.0-or-later
// The job runner: one outcome per job after its last event, cancellation, exceptions, destruction while running.
#include <QtTest>

#include <atomic>

#include "app/job_runner.h"

using namespace awq;
using namespace std::chrono_literals;

namespace {

app::JobOutcome cancelledOutcome() {
    return {std::monostate(), core::Error(core::ErrorCode::cancelled, "Cancelled")};
}

void waitForStop(std::stop_token stop) {
    while (!stop.stop_requested())
        std::this_thread::sleep_for(1ms);
}

struct Watch {
    int outcomes = 0, events = 0, eventsAtOutcome = -1;
    app::JobOutcome last;

    void follow(app::JobRunner& runner) {
        QObject::connect(&runner, &app::JobRunner::events, &runner,
                         [this](const auto& batch) { events += int(batch.size()); });
        QObject::connect(&runner, &app::JobRunner::finished, &runner, [this](const app::JobOutcome& outcome) {
            ++outcomes;
            eventsAtOutcome = events;
            last = outcome;
        });
    }
};

} // namespace

class JobRunnerTest : public QObject {
    Q_OBJECT

private slots:
    void outcomeComesOnceAfterTheLastEvent() {
        app::JobRunner runner;
        Watch watch;
        watch.follow(runner);
        runner.start([](core::EventSink& sink, std::stop_token) -> app::JobOutcome {
            for (std::uint64_t i = 0; i < 3000; ++i)
                sink.receive({i, 0, core::BlockStarted{int(i)}});
            core::QuantizeResult result;
            result.bytesAfter = 42;
            return {result, std::nullopt};
        });
        QVERIFY(runner.isRunning());
        QTRY_COMPARE(watch.outcomes, 1);
        QCOMPARE(watch.eventsAtOutcome, 3000);
        QVERIFY(watch.last.ok());
        QCOMPARE(std::get<core::QuantizeResult>(watch.last.result).bytesAfter, std::int64_t(42));
        QVERIFY(!runner.isRunning());
        QTest::qWait(80);
        QCOMPARE(watch.outcomes, 1);
    }

    void cancelStopsTheJobAndIsReportedOnce() {
        app::JobRunner runner;
        Watch watch;
        watch.follow(runner);
        QSignalSpy cancelling(&runner, &app::JobRunner::cancelling);
        runner.start([](core::EventSink&, std::stop_token stop) {
            waitForStop(stop);
            return cancelledOutcome();
        });
        runner.cancel();
        runner.cancel();
        QVERIFY(runner.isCancelling());
        QTRY_COMPARE(watch.outcomes, 1);
        QVERIFY(watch.last.wasCancelled());
        QCOMPARE(cancelling.count(), 1);
    }

    void exceptionsBecomeOutcomes_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("what");
        QTest::newRow("core error") << 0 << int(core::ErrorCode::badInput) << "no such tensor";
        QTest::newRow("out of memory") << 1 << int(core::ErrorCode::noResources) << "Out of memory";
        QTest::newRow("anything else") << 2 << int(core::ErrorCode::internal) << "surprise";
    }

    void exceptionsBecomeOutcomes() {
        QFETCH(int, kind);
        QFETCH(int, code);
        QFETCH(QString, what);
        app::JobRunner runner;
        Watch watch;
        watch.follow(runner);
        runner.start([kind](core::EventSink&, std::stop_token) -> app::JobOutcome {
            if (kind == 0)
                core::badInput("no such tensor");
            if (kind == 1)
                throw std::bad_alloc();
            throw std::runtime_error("surprise");
        });
        QTRY_COMPARE(watch.outcomes, 1);
        QVERIFY(!watch.last.ok());
        QCOMPARE(int(watch.last.error->code()), code);
        QCOMPARE(QString::fromStdString(watch.last.error->what()), what);
    }

    void runsAgainFromTheFinishedSignal() {
        app::JobRunner runner;
        int outcomes = 0;
        const app::Job job = [](core::EventSink&, std::stop_token) { return cancelledOutcome(); };
        connect(&runner, &app::JobRunner::finished, this, [&] {
            if (++outcomes < 3)
                runner.start(job);
        });
        runner.start(job);
        QTRY_COMPARE(outcomes, 3);
        QTRY_VERIFY(!runner.isRunning());
    }

    void destructionCancelsAndJoins() {
        std::atomic<bool> left = false;
        {
            app::JobRunner runner;
            runner.start([&left](core::EventSink& sink, std::stop_token stop) {
                waitForStop(stop);
                sink.receive({1, 0, core::Cancelled{}});
                left = true;
                return cancelledOutcome();
            });
        }
        QVERIFY(left);
        QTest::qWait(50); // the posted outcome must not reach the destroyed runner
    }
};

QTEST_GUILESS_MAIN(JobRunnerTest)
#include "job_runner_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// Background requests: the newest wins, older answers never arrive, errors are values, destruction waits.
#include <QtTest>

#include <atomic>

#include "app/latest_task.h"

using namespace awq;
using namespace std::chrono_literals;

class LatestTaskTest : public QObject {
    Q_OBJECT

private slots:
    void onlyTheNewestAnswers() {
        app::LatestTask task;
        QList<int> answers;
        for (int i = 0; i < 20; ++i)
            task.request(
                [i](std::stop_token) {
                    std::this_thread::sleep_for(2ms);
                    return i;
                },
                [&](const core::Outcome<int>& outcome) { answers << *outcome.result; });
        QVERIFY(task.isBusy());
        QTRY_VERIFY(!task.isBusy());
        QTest::qWait(30);
        QCOMPARE(answers, QList<int>{19});
    }

    void anOlderOneIsToldToStop() {
        app::LatestTask task;
        std::atomic<bool> stopped = false;
        task.request(
            [&](std::stop_token stop) {
                while (!stop.stop_requested())
                    std::this_thread::sleep_for(1ms);
                stopped = true;
                return 0;
            },
            [](const core::Outcome<int>&) { QFAIL("a superseded request answered"); });
        QTest::qWait(20);
        bool answered = false;
        task.request([](std::stop_token) { return 1; }, [&](const core::Outcome<int>&) { answered = true; });
        QTRY_VERIFY(answered);
        QVERIFY(stopped);
    }

    void errorsAreValues() {
        app::LatestTask task;
        QString what;
        task.request([](std::stop_token) -> int { core::badInput("no such folder"); },
                     [&](const core::Outcome<int>& outcome) { what = outcome.error->what(); });
        QTRY_COMPARE(what, QString("no such folder"));
        QVERIFY(!task.isBusy());
    }

    void destructionWaitsAndDropsTheAnswer() {
        std::atomic<bool> done = false;
        {
            app::LatestTask task;
            task.request(
                [&](std::stop_token) {
                    std::this_thread::sleep_for(20ms);
                    done = true;
                    return 1;
                },
                [](const core::Outcome<int>&) { QFAIL("answered after destruction"); });
            QTest::qWait(5);
        }
        QVERIFY(done);
        QTest::qWait(20);
    }
};

QTEST_GUILESS_MAIN(LatestTaskTest)
#include "latest_task_test.moc"

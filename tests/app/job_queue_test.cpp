// SPDX-License-Identifier: GPL-3.0-or-later
// The queue: order, persistence, damaged files; and the starter that feeds the runner from it.
#include <QtTest>

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <thread>

#include "app/job_starter.h"

using namespace awq;
using app::JobQueue;
using app::JobState;

namespace {

core::QuantizeRequest request(const std::string& model) {
    core::QuantizeRequest result;
    result.model = "/models/" + model;
    result.output = "/out/" + model;
    result.recipe.bits = 3;
    result.recipe.exclude = {"lm_head"};
    return result;
}

app::JobOutcome outcomeFor(const core::QuantizeRequest& request) {
    if (request.model == "/models/bad")
        core::badInput("shard 2 is truncated");
    core::QuantizeResult result;
    result.bytesBefore = 13'500'000'000;
    result.bytesAfter = 3'900'000'000;
    return {result, std::nullopt};
}

app::Job fakeJob(const core::QuantizeRequest& request) {
    return [request](core::EventSink&, std::stop_token) { return outcomeFor(request); };
}

} // namespace

class JobQueueTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString path(const QString& name) const { return m_dir.filePath(name); }

private slots:
    void survivesTheProgram() {
        {
            JobQueue queue(path("a.json"));
            queue.add(request("one"));
            const quint64 two = queue.add(request("two ü"));
            queue.add(request("three"));
            queue.setState(two, JobState::running);
        }
        JobQueue queue(path("a.json"));
        QCOMPARE(queue.rowCount(), 3);
        QCOMPARE(queue.row(1).state, JobState::interrupted);
        QCOMPARE(queue.row(1).request.model, std::filesystem::path("/models/two ü"));
        QVERIFY(queue.row(2).request.recipe == request("").recipe);
        QCOMPARE(queue.index(0, JobQueue::recipe).data().toString(), QString("w3 g128 · awq-gemm"));
    }

    void reorderRetryRemove() {
        JobQueue queue(path("b.json"));
        QAbstractItemModelTester tester(&queue, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QList<quint64> ids;
        for (const char* name : {"a", "b", "c", "d"})
            ids << queue.add(request(name));
        queue.move(ids[3], 0);
        queue.move(ids[0], 2);
        const auto order = [&] {
            QString text;
            for (const auto& job : queue.rows())
                text += QString::fromStdString(job.request.model.filename().string());
            return text;
        };
        QCOMPARE(order(), QString("dbac"));
        queue.setState(ids[1], JobState::failed, "no");
        queue.retry(ids[1], true);
        QCOMPARE(queue.row(1).state, JobState::waiting);
        QVERIFY(queue.row(1).request.resume);
        queue.setState(ids[3], JobState::running);
        queue.remove(ids[3]);
        queue.remove(ids[2]);
        QCOMPARE(order(), QString("dba"));
        QCOMPARE(JobQueue(path("b.json")).rowCount(), 3);
    }

    void aDamagedFileIsKeptAndSaid_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("torn") << QByteArray("{\"version\": 1, \"jobs\": [{\"mod");
        QTest::newRow("wrong type") << QByteArray("{\"version\": 1, \"jobs\": [{\"model\": 3}]}");
        QTest::newRow("newer") << QByteArray("{\"version\": 99, \"jobs\": []}");
    }

    void aDamagedFileIsKeptAndSaid() {
        QFETCH(QByteArray, text);
        const QString file = path(QString("damaged-%1.json").arg(QTest::currentDataTag()));
        {
            QFile out(file);
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(text);
        }
        JobQueue queue(file);
        QCOMPARE(queue.rowCount(), 0);
        QVERIFY(!queue.notice().isEmpty());
        QFile kept(file + ".damaged");
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), text);
    }

    void jobsRunInOrderAndAFailureDoesNotStopTheRest() {
        JobQueue queue(path("c.json"));
        app::JobRunner runner;
        QStringList started;
        app::JobStarter starter(queue, runner, fakeJob);
        connect(&starter, &app::JobStarter::jobStarted, this, [&](const app::QueuedJob& job) {
            started << QString::fromStdString(job.request.model.filename().string());
        });
        for (const char* name : {"good", "bad", "fine"})
            queue.add(request(name));
        starter.startNext();
        QTRY_COMPARE(queue.rows().back().state, JobState::done);
        QCOMPARE(started, (QStringList{"good", "bad", "fine"}));
        QCOMPARE(queue.row(0).message, QString("13.5 GB → 3.90 GB"));
        QCOMPARE(queue.row(1).state, JobState::failed);
        QCOMPARE(queue.row(1).message, QString("shard 2 is truncated"));
        QCOMPARE(starter.currentJob(), quint64(0));
    }

    void aPauseHoldsTheNextJobOnly() {
        JobQueue queue(path("d.json"));
        app::JobRunner runner;
        app::JobStarter starter(queue, runner, fakeJob);
        queue.add(request("one"));
        queue.add(request("two"));
        starter.startNext();
        starter.setPaused(true);
        QTRY_COMPARE(queue.row(0).state, JobState::done);
        QTest::qWait(60);
        QCOMPARE(queue.row(1).state, JobState::waiting);
        starter.setPaused(false);
        QTRY_COMPARE(queue.row(1).state, JobState::done);
    }

    void jobsOfAnEarlierSessionWaitForTheUser() {
        { JobQueue(path("e.json")).add(request("old")); }
        JobQueue queue(path("e.json"));
        app::JobRunner runner;
        app::JobStarter starter(queue, runner, fakeJob);
        QVERIFY(starter.isPaused());
        starter.startNext();
        QVERIFY(!runner.isRunning());
    }

    void cancellingTheRunningJobIsWrittenDown() {
        JobQueue queue(path("f.json"));
        app::JobRunner runner;
        app::JobStarter starter(queue, runner, [](const core::QuantizeRequest&) -> app::Job {
            return [](core::EventSink&, std::stop_token stop) -> app::JobOutcome {
                while (!stop.stop_requested())
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                return {std::monostate(), core::Error(core::ErrorCode::cancelled, "Cancelled")};
            };
        });
        queue.add(request("long"));
        starter.startNext();
        QCOMPARE(queue.row(0).state, JobState::running);
        runner.cancel();
        QTRY_COMPARE(queue.row(0).state, JobState::cancelled);
    }
};

QTEST_GUILESS_MAIN(JobQueueTest)
#include "job_queue_test.moc"

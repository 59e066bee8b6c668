// SPDX-License-Identifier: GPL-3.0-or-later
// Unfinished runs: found among recents and queue, gone on with, thrown away.
#include <QtTest>

#include <QTemporaryDir>

#include "app/paths.h"
#include "core/store/run_store.h"
#include "tests/support/files.h"
#include "tests/ui/fake_services.h"

using namespace awq;

class UnfinishedRunsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    // A run that came to `blocks` of six.
    QString makeRun(const QString& name, const std::string& state, int blocks) const {
        core::RunInfo info;
        info.model = app::toPath(m_dir.filePath("tiny"));
        info.output = app::toPath(m_dir.filePath(name));
        info.blocks = test::fakeBlocks;
        info.state = state;
        const QString folder = m_dir.filePath(name + ".run");
        core::RunStore store = core::RunStore::create(app::toPath(folder), info);
        for (int block = 0; block < blocks; ++block)
            store.saveBlock(test::fakeBlock(block));
        return folder;
    }

private slots:
    void finishedHeldAndForeignFoldersAreLeftOut() {
        const QString stopped = makeRun("stopped", "cancelled", 2), failed = makeRun("failed", "failed", 0);
        const QString done = makeRun("done", "finished", 6), held = makeRun("held", "running", 1);
        core::RunStore holder = core::RunStore::open(app::toPath(held));
        holder.lock();
        const auto runs = app::findUnfinishedRuns({stopped, done, held, m_dir.filePath("nowhere"), failed});
        QCOMPARE(runs.size(), std::size_t(2));
        QCOMPARE(runs[0].folder, stopped);
        QCOMPARE(runs[0].state, QString("cancelled"));
        QCOMPARE(runs[0].blocksDone, 2);
        QCOMPARE(runs[0].blocks, test::fakeBlocks);
        QCOMPARE(runs[1].folder, failed);
    }

    void aDamagedRunIsNotOffered() {
        const QString folder = makeRun("damaged", "cancelled", 1);
        test::writeFile(app::toPath(folder) / "run.json", "{");
        QVERIFY(app::findUnfinishedRuns({folder}).empty());
    }

    void resumingComesBeforeWhatWaits() {
        const QString folder = makeRun("resumed", "cancelled", 3);
        app::Workspace workspace(m_dir.filePath("data1"), test::fakeServices(0, test::FakeEnd::hang));
        workspace.settings().addRecent(folder);
        workspace.starter().setPaused(true);
        core::QuantizeRequest waiting;
        waiting.model = app::toPath(m_dir.filePath("other"));
        waiting.output = app::toPath(m_dir.filePath("other-out"));
        workspace.enqueue(waiting);
        workspace.lookForUnfinishedRuns();
        QTRY_COMPARE(workspace.unfinishedRuns().runs().size(), std::size_t(1));
        const core::QuantizeRequest request = workspace.unfinishedRuns().runs()[0].resumeRequest();
        QVERIFY(request.resume);
        QCOMPARE(request.runDir, app::toPath(folder));
        QCOMPARE(request.output, app::toPath(m_dir.filePath("resumed")));
        std::filesystem::remove_all(app::toPath(folder)); // the fake starts its own
        workspace.resume(workspace.unfinishedRuns().runs()[0]);
        QCOMPARE(workspace.queue().row(0).state, app::JobState::running);
        QCOMPARE(workspace.queue().row(0).request.output, request.output);
        QCOMPARE(workspace.queue().row(1).state, app::JobState::waiting);
        workspace.starter().setPaused(true);
        workspace.runner().cancel();
        QTRY_VERIFY(!workspace.runner().isRunning());
    }

    void discardingDeletesTheRunAndAllMentionOfIt() {
        const QString folder = makeRun("discarded", "failed", 3);
        app::Workspace workspace(m_dir.filePath("data2"), test::fakeServices());
        workspace.settings().addRecent(folder);
        core::QuantizeRequest request;
        request.output = app::toPath(m_dir.filePath("discarded"));
        workspace.queue().setState(workspace.queue().add(request), app::JobState::failed);
        workspace.lookForUnfinishedRuns();
        QTRY_COMPARE(workspace.unfinishedRuns().runs().size(), std::size_t(1));
        const app::UnfinishedRun run = workspace.unfinishedRuns().runs()[0];
        workspace.discard(run);
        QVERIFY(!QDir(folder).exists());
        QVERIFY(workspace.settings().recents().isEmpty());
        QCOMPARE(workspace.queue().rowCount(), 0);
        QTRY_VERIFY(workspace.unfinishedRuns().runs().empty());
        QVERIFY_EXCEPTION_THROWN(workspace.discard(run), core::Error); // it is gone
    }

    void aRunSomeoneWorksOnIsNotDiscarded() {
        const QString folder = makeRun("busy", "running", 1);
        core::RunStore holder = core::RunStore::open(app::toPath(folder));
        holder.lock();
        QVERIFY_EXCEPTION_THROWN(core::RunStore::discard(app::toPath(folder)), core::Error);
        QVERIFY(QFile::exists(folder + "/run.json"));
    }
};

QTEST_GUILESS_MAIN(UnfinishedRunsTest)
#include "unfinished_runs_test.moc"

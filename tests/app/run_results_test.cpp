// SPDX-License-Identifier: GPL-3.0-or-later
// An opened run: read in the background, growing while it is written, damaged files named.
#include <QtTest>

#include <QTemporaryDir>
#include <fstream>

#include "app/paths.h"
#include "app/run_results.h"

using namespace awq;
using app::RunResults;

namespace {

core::BlockResult block(int index) {
    core::BlockResult result;
    result.block = index;
    core::LinearResult linear;
    linear.block = index;
    linear.name = "mlp.up_proj";
    linear.rows = 4;
    linear.columns = 8;
    linear.bits = 4;
    linear.groupSize = linear.columns;
    linear.groups = 1;
    linear.fate = "quantized";
    linear.weightError.assign(4, 0.5f);
    result.linears = {linear};
    core::ScaleSetResult set;
    set.block = index;
    set.producer = "post_attention_layernorm";
    set.consumers = {"mlp.up_proj"};
    set.inspected = "mlp";
    set.ratios = {0, 0.5};
    set.losses = {2, 1};
    set.fate = "scaled";
    result.scaleSets = {set};
    return result;
}

core::RunStore makeRun(const QString& folder, int blocks) {
    core::RunInfo info;
    info.model = "/models/tiny";
    info.output = "/out";
    info.blocks = 3;
    info.state = "running";
    core::RunStore store = core::RunStore::create(app::toPath(folder), info);
    store.append({0, 0, core::Started{"quantize", "/models/tiny", folder.toStdString(), 3, 0}});
    for (int i = 0; i < blocks; ++i) {
        store.saveBlock(block(i));
        store.append({std::uint64_t(i + 1), 1.0 * i, core::BlockDone{i, 1, 0.5, 0.01}});
    }
    return store;
}

} // namespace

class RunResultsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

private slots:
    void readsARunAndFollowsIt() {
        const QString folder = m_dir.filePath("ru n ü");
        core::RunStore store = makeRun(folder, 1);
        RunResults results;
        results.open(folder);
        QCOMPARE(results.state(), RunResults::State::loading);
        QTRY_COMPARE(results.state(), RunResults::State::ready);
        QCOMPARE(results.linears().rowCount(), 1);
        QCOMPARE(results.scaleSets().rowCount(), 1);
        QVERIFY(!results.wasInterrupted());
        QCOMPARE(results.progress().blocksDone(), 1);

        QSignalSpy changed(&results, &RunResults::contentChanged);
        store.saveBlock(block(1));
        results.refresh();
        store.saveBlock(block(2));
        results.refresh(); // while the first is under way
        QTRY_COMPARE(results.linears().rowCount(), 3);
        QVERIFY(changed.count() <= 2);
    }

    void aRunWithoutAProcessWasInterrupted() {
        const QString folder = m_dir.filePath("interrupted");
        makeRun(folder, 2);
        RunResults results;
        results.open(folder);
        QTRY_COMPARE(results.state(), RunResults::State::ready);
        QVERIFY(results.wasInterrupted());
    }

    void aDamagedBlockIsNamedAndTheRestShown() {
        const QString folder = m_dir.filePath("damaged");
        makeRun(folder, 3);
        std::ofstream(app::toPath(folder) / "block-00001.json") << "{ torn";
        RunResults results;
        results.open(folder);
        QTRY_COMPARE(results.state(), RunResults::State::ready);
        QCOMPARE(results.linears().rowCount(), 2);
        QCOMPARE(results.damaged().size(), 1);
        QVERIFY(results.damaged().front().startsWith("Block 1 "));
        QVERIFY(results.damaged().front().contains("block-00001.json"));
    }

    void aFolderThatIsNoRunSaysSo() {
        RunResults results;
        results.open(m_dir.path());
        QTRY_COMPARE(results.state(), RunResults::State::failed);
        QVERIFY(results.error());
        const QString folder = m_dir.filePath("after");
        makeRun(folder, 1);
        results.open(folder);
        QVERIFY(!results.error()); // nothing of the failure stays
        QTRY_COMPARE(results.state(), RunResults::State::ready);
        results.close();
        QCOMPARE(results.linears().rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(RunResultsTest)
#include "run_results_test.moc"

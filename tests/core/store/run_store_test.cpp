// SPDX-License-Identifier: GPL-3.0-or-later
// The run folder: what is saved comes back, damage is named, and the rest stays readable.
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/quant/result_arrays.h"
#include "core/quant/results_json.h"
#include "core/store/run_store.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"

using namespace awq::core;
namespace fs = std::filesystem;

namespace {

ScaleSetResult scaleSet(int block) {
    ScaleSetResult set;
    set.block = block;
    set.producer = "input_layernorm";
    set.consumers = {"self_attn.q_proj", "self_attn.k_proj"};
    set.inspected = "self_attn";
    set.ratios = {0, 0.05, 0.1};
    set.losses = {3e-5, std::numeric_limits<double>::quiet_NaN(), 1e-5};
    set.bestRatio = 0.1;
    set.bestLoss = 1e-5;
    set.fate = "scaled";
    set.channelScale = {0.5f, 2.0f, 1.25f, 1e-6f};
    set.inputMean = {1, 2, 3, 4};
    return set;
}

LinearResult linear(int block, const char* name) {
    LinearResult result;
    result.block = block;
    result.name = name;
    result.rows = 2;
    result.columns = 4;
    result.bits = 4;
    result.groupSize = 2;
    result.groups = 2;
    result.fate = "quantized";
    result.weightMse = 1e-7;
    result.outputMse = 2e-5;
    result.clipMean = 0.9;
    result.clippedShare = 0.5;
    result.clipFraction = {1, 0.9f, 0.85f, 1};
    result.clipValue = {0.1f, 0.2f, 0.3f, 0.4f};
    result.clipLosses = {5, 4, 4.5};
    result.weightError = {1e-8f, 2e-8f, 3e-8f, 4e-8f};
    result.histogram = {-0.5, 0.75, {1, 2, 5}, {0, 3, 5}};
    return result;
}

BlockResult block(int index) {
    BlockResult result;
    result.block = index;
    result.seconds = 1.5;
    result.outputMse = 3e-4;
    result.relativeError = 0.01;
    result.scaleSets = {scaleSet(index)};
    result.linears = {linear(index, "self_attn.q_proj"), linear(index, "mlp.down_proj")};
    result.linears[1].fate = "excluded";
    result.linears[1].reason = "matches --exclude down_proj";
    result.linears[1].clipFraction.clear();
    return result;
}

RunInfo info() {
    RunInfo run;
    run.model = "/models/ä b";
    run.output = "/out";
    run.recipe.exclude = {"lm_head"};
    run.fingerprint = {"a", "b", "c", "d", "0.1.0"};
    run.blocks = 3;
    run.state = "running";
    return run;
}

// All arrays of a block as text, to compare two blocks at once.
std::string arraysText(const BlockResult& result) {
    std::string text;
    forEachArray(result, [&](const std::string& name, const auto& values, const ArrayShape&) {
        text += name;
        for (const auto value : values)
            text += " " + std::to_string(value);
        text += "\n";
    });
    return text;
}

} // namespace

class RunStoreTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    int m_runs = 0;
    fs::path freshFolder() { return fs::path(m_temporary.path().toStdString()) / ("run" + std::to_string(++m_runs)); }

private slots:
    void infoComesBack() {
        const fs::path folder = freshFolder();
        {
            RunStore store = RunStore::create(folder, info());
            store.setState("finished");
        }
        const RunStore store = RunStore::open(folder);
        QCOMPARE(store.info().model, fs::path("/models/ä b"));
        QVERIFY(store.info().recipe == info().recipe);
        QVERIFY(store.info().fingerprint == info().fingerprint);
        QCOMPARE(store.info().blocks, 3);
        QCOMPARE(store.info().state, std::string("finished"));
        QVERIFY2(store.info().startedAt.ends_with("Z"), store.info().startedAt.c_str());
    }

    void blocksComeBackWithAndWithoutArrays() {
        RunStore store = RunStore::create(freshFolder(), info());
        store.saveBlock(block(2));
        store.saveBlock(block(0));
        QCOMPARE(store.finishedBlocks(), (std::vector<int>{0, 2}));
        const BlockResult back = store.loadBlock(2);
        QCOMPARE(toJson(back).dump(), toJson(block(2)).dump());
        QCOMPARE(arraysText(back), arraysText(block(2)));
        QVERIFY(std::isnan(back.scaleSets[0].losses[1]));
        QVERIFY(back.linears[1].clipFraction.empty());
        const BlockResult summary = store.loadBlockSummary(2);
        QCOMPARE(toJson(summary).dump(), toJson(block(2)).dump());
        QVERIFY(summary.scaleSets[0].channelScale.empty());
    }

    void savingAgainReplaces() {
        RunStore store = RunStore::create(freshFolder(), info());
        store.saveBlock(block(1));
        BlockResult changed = block(1);
        changed.linears[0].weightMse = 7;
        changed.scaleSets[0].channelScale[0] = 9;
        store.saveBlock(changed);
        QCOMPARE(store.finishedBlocks(), std::vector<int>{1});
        QCOMPARE(store.loadBlock(1).scaleSets[0].channelScale[0], 9.0f);
        QCOMPARE(store.loadBlock(1).linears[0].weightMse, 7.0);
    }

    void damageIsNamedAndTheRestStaysReadable_data() {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<bool>("summaryReadable");
        QTest::newRow("json") << ".json" << false;
        QTest::newRow("arrays") << ".safetensors" << true;
    }

    void damageIsNamedAndTheRestStaysReadable() {
        QFETCH(QString, suffix);
        QFETCH(bool, summaryReadable);
        RunStore store = RunStore::create(freshFolder(), info());
        store.saveBlock(block(0));
        store.saveBlock(block(1));
        const fs::path file = store.blockFile(1, suffix.toStdString());
        const std::string whole = awq::test::readFile(file);
        std::string flipped = whole;
        flipped[flipped.size() - 3] ^= 1; // in the last array, or in the JSON's brackets
        for (const std::string& bytes : {whole.substr(0, whole.size() / 2), std::string(), flipped}) {
            awq::test::writeFile(file, bytes);
            AWQ_EXPECT_ERROR(store.loadBlock(1), ErrorCode::badInput, file.string());
            AWQ_EXPECT_ERROR(store.loadBlock(1), ErrorCode::badInput, "damaged file");
        }
        fs::remove(file);
        AWQ_EXPECT_ERROR(store.loadBlock(1), ErrorCode::badInput, file.string());
        QCOMPARE(awq::test::caughtError([&] { store.loadBlockSummary(1); }).has_value(), !summaryReadable);
        QCOMPARE(store.loadBlock(0).block, 0);
    }

    void journalKeepsWhatMatters() {
        RunStore store = RunStore::create(freshFolder(), info());
        store.append({1, 0, Started{"quantize", "m", "r", 3, 0}});
        store.append({2, 0, RatioTried{}});
        store.append({3, 0, BlockDone{0, 1, 2, 3}});
        const auto events = store.journal();
        QCOMPARE(events.size(), std::size_t(2));
        QCOMPARE(events[1].sequence, std::uint64_t(3));
    }

    void tornLinesCostNoOthers() {
        RunStore store = RunStore::create(freshFolder(), info());
        store.append({1, 0, BlockStarted{0}});
        const fs::path journal = store.folder() / "journal.jsonl";
        awq::test::writeFile(journal, awq::test::readFile(journal) + "{\"seq\":2,\"event\":\"Blo");
        QCOMPARE(store.journal().size(), std::size_t(1));
        store.append({3, 0, BlockStarted{1}});
        QCOMPARE(store.journal().size(), std::size_t(2));
        QCOMPARE(store.journal()[1].sequence, std::uint64_t(3));
    }

    void aFolderHoldsOneRun() {
        const fs::path folder = freshFolder();
        { const RunStore store = RunStore::create(folder, info()); }
        AWQ_EXPECT_ERROR(RunStore::create(folder, info()), ErrorCode::badInput, "already holds a run");
    }

    void oneProcessWorksOnARun() {
        const fs::path folder = freshFolder();
        QVERIFY(!RunStore::isLocked(folder));
        {
            const RunStore working = RunStore::create(folder, info());
            QVERIFY(RunStore::isLocked(folder));
            RunStore second = RunStore::open(folder);
            AWQ_EXPECT_ERROR(second.lock(), ErrorCode::badInput, "another process");
        }
        QVERIFY(!RunStore::isLocked(folder));
        RunStore resumed = RunStore::open(folder);
        resumed.lock();
        QVERIFY(RunStore::isLocked(folder));
    }

    void otherFoldersAreRefused() {
        AWQ_EXPECT_ERROR(RunStore::open(freshFolder()), ErrorCode::badInput, "holds no run");
        const fs::path folder = freshFolder();
        awq::test::writeFile(folder / "run.json", "{\"version\": 1, \"model\"");
        AWQ_EXPECT_ERROR(RunStore::open(folder), ErrorCode::badInput, "run.json");
        awq::test::writeFile(folder / "run.json", "{\"version\": 2}");
        AWQ_EXPECT_ERROR(RunStore::open(folder), ErrorCode::badInput, "newer version");
        awq::test::writeFile(folder / "run.json", "{\"version\": 1, \"recipe\": {\"bits\": \"x\"}}");
        AWQ_EXPECT_ERROR(RunStore::open(folder), ErrorCode::badInput, "recipe, key bits");
    }
};

QTEST_GUILESS_MAIN(RunStoreTest)
#include "run_store_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// Another choice for one scale set: what a trial says against what the search measured, and that a kept one writes the
// folder that a run with that choice from the start writes, made of no more blocks than must be made again.
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/export/verify.h"
#include "core/run/override_run.h"
#include "core/run/quantize_run.h"
#include "core/store/run_store.h"
#include "tests/support/event_recorder.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"

using namespace awq;
namespace fs = std::filesystem;

namespace {

using Files = std::map<std::string, std::string>; // name -> bytes

Files filesOf(const fs::path& folder) {
    Files files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file())
            files[entry.path().filename().string()] = test::readFile(entry.path());
    return files;
}

template <typename Result>
QByteArray messageOf(const core::Outcome<Result>& outcome) {
    return outcome.error ? QByteArray(outcome.error->what()) + " | " + outcome.error->where().c_str() + " | " +
                               outcome.error->hint().c_str()
                         : QByteArray("finished");
}

const core::ScaleSetResult& setOf(const core::BlockResult& block, const std::string& producer) {
    return *std::ranges::find(block.scaleSets, producer, &core::ScaleSetResult::producer);
}

const core::LinearResult& linearOf(const core::BlockResult& block, const std::string& name) {
    return *std::ranges::find(block.linears, name, &core::LinearResult::name);
}

// max(mean^ratio, 1e-4) / sqrt(max * min), as the AWQ search defines a candidate.
std::vector<float> channelScale(const std::vector<float>& inputMean, double ratio) {
    std::vector<double> scale;
    for (const float mean : inputMean)
        scale.push_back(std::max(std::pow(double(mean), ratio), 1e-4));
    const auto [least, most] = std::ranges::minmax(scale);
    std::vector<float> result;
    for (const double value : scale)
        result.push_back(float(value / std::sqrt(most * least)));
    return result;
}

std::set<int> blocksQuantized(const test::EventRecorder& recorder) {
    std::set<int> blocks;
    for (const core::Event& event : recorder.events)
        if (const auto* started = std::get_if<core::BlockStarted>(&event.payload))
            blocks.insert(started->block);
    return blocks;
}

} // namespace

class OverrideRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_model;

    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    core::QuantizeRequest request(const std::string& output) const {
        core::QuantizeRequest request{.model = m_model, .output = in(output)};
        request.recipe.groupSize = 32;
        request.recipe.device = "cpu";
        request.recipe.threads = 1;
        request.recipe.engine = "reference";
        request.recipe.calibration.source = in("text.txt").string();
        request.recipe.calibration.samples = 4;
        request.recipe.calibration.sequenceLength = 32;
        return request;
    }

    static core::Outcome<core::QuantizeResult> run(const core::QuantizeRequest& request) {
        test::EventRecorder recorder;
        return core::runQuantize(request, recorder, {});
    }

    static core::Outcome<core::OverrideResult> tried(const core::OverrideRequest& request) {
        test::EventRecorder recorder;
        return core::tryOverride(request, recorder, {});
    }

    // What it takes to write the folder of a changed run again.
    static core::QuantizeRequest rewriteOf(const core::QuantizeRequest& before) {
        core::QuantizeRequest again = before;
        again.runDir = before.output.string() + ".run";
        again.recipe = core::RunStore::open(again.runDir).info().recipe;
        again.resume = true;
        return again;
    }

    static core::OverrideRequest onRun(const core::QuantizeRequest& run, core::ScaleOverride wanted) {
        return {run.output.string() + ".run", std::move(wanted)};
    }

private slots:
    void initTestCase() {
        m_model = test::writeTinyModel(in("model"), {.blocks = 3});
        test::writeFile(in("text.txt"), test::tinyText(4000));
        const auto outcome = run(request("base"));
        QVERIFY2(outcome.ok(), messageOf(outcome));
    }

    void aTrialMeasuresWhatTheSearchMeasured() {
        const core::OverrideRequest wanted = onRun(request("base"), {"model.layers.1.mlp.up_proj", 0.4, true, false});
        const Files before = filesOf(wanted.runDir);
        const auto outcome = tried(wanted);
        QVERIFY2(outcome.ok(), messageOf(outcome));
        QVERIFY2(filesOf(wanted.runDir) == before, "a trial leaves the run as it is");
        const core::ScaleSetResult& was = setOf(outcome.result->before, "mlp.up_proj");
        const core::ScaleSetResult& is = setOf(outcome.result->after, "mlp.up_proj");
        QCOMPARE(is.bestRatio, 0.4);
        QCOMPARE(is.fate, std::string("scaled"));
        QCOMPARE(is.reason, std::string("--override model.layers.1.mlp.up_proj=0.4"));
        QCOMPARE(is.losses, was.losses);
        QCOMPARE(is.bestLoss, was.losses.at(8));
        QVERIFY(is.bestLoss > was.bestLoss);
        const core::BlockResult made = core::RunStore::open(wanted.runDir / "trial").loadBlock(1);
        const std::vector<float> expected = channelScale(setOf(made, "mlp.up_proj").inputMean, 0.4);
        const std::vector<float>& found = setOf(made, "mlp.up_proj").channelScale;
        QCOMPARE(found.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(std::abs(found[i] - expected[i]) <= 1e-5f * expected[i], qPrintable(QString::number(i)));
    }

    void onlyTheChosenSetIsSearched() {
        test::EventRecorder recorder;
        const auto outcome = core::tryOverride(
            onRun(request("base"), {"model.layers.2.input_layernorm", 0.7, true, false}), recorder, {});
        QVERIFY2(outcome.ok(), messageOf(outcome));
        std::set<std::string> searched;
        for (const core::Event& event : recorder.events)
            if (const auto* ratio = std::get_if<core::RatioTried>(&event.payload))
                searched.insert(std::to_string(ratio->block) + " " + ratio->producer);
        QCOMPARE(searched, (std::set<std::string>{"2 input_layernorm"}));
        for (const char* other : {"post_attention_layernorm", "mlp.up_proj"})
            QCOMPARE(setOf(outcome.result->after, other).bestRatio, setOf(outcome.result->before, other).bestRatio);
        QVERIFY(outcome.result->after.outputMse != outcome.result->before.outputMse);
    }

    // A ratio between those of the grid, no scaling, no clipping, and float.
    void choicesDoWhatTheySay() {
        const core::QuantizeRequest base = request("base");
        const std::string set = "model.layers.0.mlp.up_proj";
        const auto between = tried(onRun(base, {set, 0.425, true, false}));
        QCOMPARE(setOf(between.result->after, "mlp.up_proj").bestRatio, 0.425);
        QCOMPARE(setOf(between.result->after, "mlp.up_proj").ratios.size(), std::size_t(21));
        const auto unscaled = tried(onRun(base, {set, 0.0, true, false}));
        QCOMPARE(setOf(unscaled.result->after, "mlp.up_proj").fate, std::string("identity"));
        const auto unclipped = tried(onRun(base, {set, std::nullopt, false, false}));
        QVERIFY(linearOf(unclipped.result->before, "mlp.down_proj").clippedShare > 0);
        QCOMPARE(linearOf(unclipped.result->after, "mlp.down_proj").clippedShare, 0.0);
        QCOMPARE(setOf(unclipped.result->after, "mlp.up_proj").bestRatio,
                 setOf(unclipped.result->before, "mlp.up_proj").bestRatio);
        const auto excluded = tried(onRun(base, {set, std::nullopt, true, true}));
        QCOMPARE(linearOf(excluded.result->after, "mlp.down_proj").fate, std::string("excluded"));
        QCOMPARE(linearOf(excluded.result->after, "mlp.down_proj").reason,
                 std::string("--override model.layers.0.mlp.up_proj=exclude"));
        QVERIFY(excluded.result->after.outputMse < excluded.result->before.outputMse);
    }

    void keptEqualsARunThatChoseItFromTheStart_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("preset");
        QTest::addColumn<bool>("exclude");
        QTest::addColumn<int>("remade"); // blocks that are quantized again
        QTest::newRow("awq-gemm") << "awq-gemm"
                                  << "awq" << false << 1;
        QTest::newRow("awq-gemm, excluded") << "awq-gemm"
                                            << "awq" << true << 1;
        QTest::newRow("compressed-tensors") << "compressed-tensors"
                                            << "awq" << false << 1;
        QTest::newRow("llm-awq") << "llm-awq"
                                 << "awq" << false << 1;
        QTest::newRow("simulated") << "simulated"
                                   << "awq" << false << 3; // its codes are not in the folder
        QTest::newRow("corrected targets") << "awq-gemm"
                                           << "best" << false << 2;
    }
    void keptEqualsARunThatChoseItFromTheStart() {
        QFETCH(QString, format);
        QFETCH(QString, preset);
        QFETCH(bool, exclude);
        QFETCH(int, remade);
        core::QuantizeRequest first = request("kept");
        if (preset == "best") {
            first.recipe.rounding = "compensated";
            first.recipe.target = "corrected";
            first.recipe.clipSearch = "range";
        }
        first.recipe.engine = "fast";
        first.recipe.format = format.toStdString();
        first.force = true;
        QVERIFY(run(first).ok());
        first.force = false;
        const Files before = filesOf(first.output);
        const core::OverrideRequest wanted =
            onRun(first, exclude ? core::ScaleOverride{"model.layers.1.mlp.up_proj", std::nullopt, true, true}
                                 : core::ScaleOverride{"model.layers.1.input_layernorm", 0.15, false, false});
        const auto trial = tried(wanted);
        QVERIFY2(trial.ok(), messageOf(trial));
        core::keepOverride(wanted.runDir, wanted.wanted);
        QCOMPARE(core::RunStore::open(wanted.runDir).info().state, std::string("changed"));
        QVERIFY2(filesOf(first.output) == before, "the folder is replaced when its successor is whole");

        test::EventRecorder recorder;
        const auto rewritten = core::runQuantize(rewriteOf(first), recorder, {});
        QVERIFY2(rewritten.ok(), messageOf(rewritten));
        QCOMPARE(core::RunStore::open(wanted.runDir).info().state, std::string("finished"));
        // The block itself was quantized by the trial.
        QCOMPARE(int(blocksQuantized(recorder).size()), remade - 1);
        QVERIFY(filesOf(first.output) != before);

        core::QuantizeRequest straight = first;
        straight.output = in("straight");
        straight.force = true;
        straight.recipe.overrides = {core::toText(wanted.wanted)};
        QVERIFY(run(straight).ok());
        const Files expected = filesOf(straight.output), found = filesOf(first.output);
        for (const auto& [name, bytes] : expected)
            QVERIFY2(found.at(name) == bytes, name.c_str());
        QCOMPARE(found.size(), expected.size());
    }

    void undoneGivesTheFirstFolderBack() {
        core::QuantizeRequest first = request("undone");
        QVERIFY(run(first).ok());
        const Files before = filesOf(first.output);
        for (const std::optional<double> ratio : {std::optional(0.9), std::optional<double>()}) {
            const core::OverrideRequest wanted = onRun(first, {"model.layers.0.input_layernorm", ratio, true, false});
            QVERIFY(tried(wanted).ok());
            core::keepOverride(wanted.runDir, wanted.wanted);
            QVERIFY(run(rewriteOf(first)).ok());
            QCOMPARE(filesOf(first.output) == before, !ratio.has_value());
        }
    }

    void anUnfinishedRunTakesTheChoiceAlong() {
        const core::QuantizeRequest first = request("unfinished");
        std::stop_source stop;
        test::EventRecorder recorder([&](const core::Event& event) {
            if (const auto* saved = std::get_if<core::SnapshotSaved>(&event.payload); saved && saved->block == 1)
                stop.request_stop();
        });
        QVERIFY(!core::runQuantize(first, recorder, stop.get_token()).ok());
        const core::OverrideRequest wanted = onRun(first, {"model.layers.0.mlp.up_proj", 0.6, true, false});
        QVERIFY(tried(wanted).ok());
        core::keepOverride(wanted.runDir, wanted.wanted);
        QCOMPARE(core::RunStore::open(wanted.runDir).info().state, std::string("cancelled"));
        QVERIFY(run(rewriteOf(first)).ok());
        core::QuantizeRequest straight = request("unfinished-straight");
        straight.recipe.overrides = {"model.layers.0.mlp.up_proj=0.6"};
        QVERIFY(run(straight).ok());
        QVERIFY(filesOf(first.output) == filesOf(straight.output));
        const auto unfinished = tried(onRun(first, {"model.layers.7.mlp.up_proj", 0.6, true, false}));
        QVERIFY(!unfinished.ok());
    }

    void mistakesAreExplained() {
        const core::QuantizeRequest base = request("base");
        const auto unknown = tried(onRun(base, {"model.layers.0.mlp.no_proj", 0.6, true, false}));
        QVERIFY2(messageOf(unknown).contains("no scale set of this name"), messageOf(unknown));
        QVERIFY2(messageOf(unknown).contains("model.layers.0.mlp.up_proj"), messageOf(unknown));
        const auto several = tried(onRun(base, {"mlp.up_proj", 0.6, true, false}));
        QVERIFY2(messageOf(several).contains("3 scale sets"), messageOf(several));
        for (const char* name : {"2.mlp.up_proj", "2.mlp.down_proj"})
            QCOMPARE(tried(onRun(base, {name, 0.6, true, false})).result->wanted.scaleSet,
                     std::string("model.layers.2.mlp.up_proj"));
        fs::remove_all(in("base.run") / "trial");
        core::OverrideRequest wanted = onRun(base, {"model.layers.0.mlp.up_proj", 0.6, true, false});
        AWQ_EXPECT_ERROR(core::keepOverride(wanted.runDir, wanted.wanted), core::ErrorCode::badInput,
                         "nothing was tried");
        QVERIFY(tried(wanted).ok());
        wanted.wanted.ratio = 0.7;
        AWQ_EXPECT_ERROR(core::keepOverride(wanted.runDir, wanted.wanted), core::ErrorCode::badInput,
                         "not of this choice");
        AWQ_EXPECT_ERROR(core::scaleOverrideFromText("model.layers.0.mlp.up_proj=2"), core::ErrorCode::usage,
                         "'2' is no ratio");
    }

    void cancelledTrialsLeaveNothing() {
        std::stop_source stop;
        test::EventRecorder recorder([&](const core::Event& event) {
            if (std::holds_alternative<core::RatioTried>(event.payload))
                stop.request_stop();
        });
        const core::OverrideRequest wanted = onRun(request("base"), {"model.layers.1.mlp.up_proj", 0.2, true, false});
        fs::remove_all(wanted.runDir / "trial");
        const auto outcome = core::tryOverride(wanted, recorder, stop.get_token());
        QVERIFY(!outcome.ok() && outcome.error->code() == core::ErrorCode::cancelled);
        QVERIFY(std::holds_alternative<core::Cancelled>(recorder.events.back().payload));
        AWQ_EXPECT_ERROR(core::keepOverride(wanted.runDir, wanted.wanted), core::ErrorCode::badInput,
                         "nothing was tried");
    }
};

QTEST_GUILESS_MAIN(OverrideRunTest)
#include "override_run_test.moc"

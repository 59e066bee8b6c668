// SPDX-License-Identifier: GPL-3.0-or-later
// The preset "best" through whole runs: what it gains, that errors do not pile up over many blocks, resuming.
#include <QtTest>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/plan/recipe_presets.h"
#include "core/run/evaluate_run.h"
#include "core/run/generate_run.h"
#include "core/run/quantize_run.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/tensor_file.h"
#include "tests/support/tiny_model.h"

using namespace awq;
namespace fs = std::filesystem;

namespace {

class Silent : public core::EventSink {
public:
    void receive(const core::Event&) override {}
};

// Asks the run to stop once a block is finished.
class StopAfterBlock : public core::EventSink {
public:
    explicit StopAfterBlock(int block) : m_block(block) {}
    void receive(const core::Event& event) override {
        if (const auto* saved = std::get_if<core::SnapshotSaved>(&event.payload); saved && saved->block == m_block)
            m_stop.request_stop();
    }
    std::stop_token token() const { return m_stop.get_token(); }

private:
    int m_block;
    std::stop_source m_stop;
};

std::string contentOf(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

class BestRecipeTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    core::QuantizeRequest request(const fs::path& model, const std::string& preset, const std::string& output) const {
        core::QuantizeRequest request{model, in(output), {}, {}};
        core::applyPreset(request.recipe, preset);
        request.recipe.groupSize = 64;
        request.recipe.device = "cpu";
        request.recipe.threads = 1;
        return request;
    }

    // Of a model made on the spot, calibrated and compared on different texts.
    core::QuantizeRequest tinyRequest(const fs::path& model, const std::string& preset,
                                      const std::string& output) const {
        core::QuantizeRequest asked = request(model, preset, output);
        asked.recipe.calibration.source = test::writeFile(in("calibration.txt"), test::tinyText(60'000, 3)).string();
        asked.recipe.calibration.samples = 16;
        asked.recipe.calibration.sequenceLength = 128;
        return asked;
    }

    void quantize(const core::QuantizeRequest& asked) const {
        Silent sink;
        const auto outcome = core::runQuantize(asked, sink, {});
        QVERIFY2(outcome.ok(), outcome.error ? outcome.error->what() : "");
    }

    core::CompareResult compare(const fs::path& model, const fs::path& output, const core::TextWindows& text) const {
        Silent sink;
        const auto outcome = core::runCompare({model, output, text, {"cpu", "float32", 1}}, sink, {});
        return outcome.ok() ? *outcome.result : core::CompareResult{};
    }

    // Windows of tokens drawn from the model's own distribution, as an id file.
    fs::path ownText(const fs::path& model, const std::string& name, std::int64_t pieces, std::uint64_t seed) const {
        constexpr std::int64_t length = 64;
        const fs::path file = in(name + ".safetensors");
        if (fs::exists(file))
            return file;
        std::vector<std::int64_t> ids;
        for (std::int64_t piece = 0; piece < pieces; ++piece) {
            core::GenerateRequest request;
            request.model = model;
            request.prompt = "a";
            request.maxNewTokens = 4 * length;
            request.sampling.temperature = 1;
            request.sampling.seed = seed + std::uint64_t(piece);
            request.compute = {"cpu", "float32", 1};
            Silent sink;
            const auto generated = core::runGenerate(request, {}, sink, {});
            if (generated.ok())
                ids.insert(ids.end(), generated.result->ids.begin(), generated.result->ids.end());
        }
        ids.resize(ids.size() / std::size_t(length) * std::size_t(length));
        return test::writeIdFile(file, name, std::int64_t(ids.size()) / length, ids);
    }

    double tinyDivergence(const core::QuantizeRequest& asked) const {
        core::TextWindows text;
        text.text = test::writeFile(in("held.txt"), test::tinyText(20'000, 4));
        text.window = 128;
        return compare(asked.model, asked.output, text).kl.mean;
    }

private slots:
    void errorsDoNotPileUp() {
        const fs::path model = test::writeTinyModel(in("deep"), {.blocks = 20, .hidden = 64, .intermediate = 128});
        const core::QuantizeRequest best = tinyRequest(model, "best", "deep-best");
        const core::QuantizeRequest plain = tinyRequest(model, "awq", "deep-awq");
        quantize(best);
        quantize(plain);
        const double gained = tinyDivergence(best), usual = tinyDivergence(plain);
        QVERIFY(usual > 0);
        QVERIFY2(gained < 0.8 * usual, qPrintable(QString("%1 %2").arg(gained).arg(usual)));
    }

    void gainsOnAHardModel_data() {
        QTest::addColumn<int>("bits");
        QTest::newRow("4 bits") << 4;
        QTest::newRow("3 bits") << 3;
    }

    // Outlier channels, and texts that the float model wrote itself: what its loss rises by there is the divergence.
    void gainsOnAHardModel() {
        QFETCH(int, bits);
        const fs::path model = test::writeTinyModel(in("hard"), {.blocks = 4, .intermediate = 320});
        core::TextWindows own;
        own.ids = ownText(model, "input_ids", 16, 1000);
        const fs::path calibration = ownText(model, "calib_ids", 40, 1);
        std::map<std::string, core::CompareResult> found;
        for (const char* preset : {"awq", "best"}) {
            core::QuantizeRequest asked = tinyRequest(model, preset, "hard-" + std::string(preset));
            asked.recipe.calibration.source = calibration.string();
            asked.recipe.bits = bits;
            asked.recipe.format = "simulated";
            asked.force = true;
            quantize(asked);
            found[preset] = compare(model, asked.output, own);
        }
        const QString figures = QString("KL %1 %2, increase %3 %4")
                                    .arg(found["best"].kl.mean)
                                    .arg(found["awq"].kl.mean)
                                    .arg(found["best"].delta)
                                    .arg(found["awq"].delta);
        QVERIFY2(found["best"].kl.mean < 0.8 * found["awq"].kl.mean, qPrintable(figures));
        QVERIFY2(found["best"].delta < 0.9 * found["awq"].delta, qPrintable(figures));
        QVERIFY2(found["best"].top1Agreement > found["awq"].top1Agreement, qPrintable(figures));
    }

    void eightBitsLoseNothing() {
        const fs::path model = test::writeTinyModel(in("small"));
        core::QuantizeRequest asked = tinyRequest(model, "best", "eight");
        asked.recipe.bits = 8;
        asked.recipe.format = "simulated";
        quantize(asked);
        const double lost = tinyDivergence(asked);
        asked = tinyRequest(model, "best", "four");
        quantize(asked);
        QVERIFY(lost < 0.02 * tinyDivergence(asked));
    }

    void resumedRunsWriteTheSameBytes() {
        const fs::path model = test::writeTinyModel(in("resumed"), {.blocks = 3});
        core::QuantizeRequest asked = tinyRequest(model, "best", "whole");
        quantize(asked);
        asked.output = in("stopped");
        StopAfterBlock sink(1);
        const auto stopped = core::runQuantize(asked, sink, sink.token());
        QVERIFY(!stopped.ok());
        QCOMPARE(int(stopped.error->code()), int(core::ErrorCode::cancelled));
        asked.resume = true;
        quantize(asked);
        QCOMPARE(contentOf(in("stopped") / "model.safetensors"), contentOf(in("whole") / "model.safetensors"));
    }

    void beatsTheReference_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("bits");
        QTest::addColumn<double>("allowed"); // share of the increase that llm-awq's own choices cost
        QTest::newRow("falcon 4 bits") << "falcon7b-tiny" << 4 << 0.5;
        QTest::newRow("opt 4 bits") << "opt-tiny" << 4 << 0.65;
    }

    void beatsTheReference() {
        QFETCH(QString, model);
        QFETCH(int, bits);
        QFETCH(double, allowed);
        const std::string name = model.toStdString(), run = name + "-w" + std::to_string(bits) + "g64";
        const auto zoo = test::sharedPath("zoo/" + name), golden = test::sharedPath("golden/" + run + ".json"),
                   calibration = test::sharedPath("golden/" + run + ".safetensors");
        if (!zoo || !golden || !calibration)
            QSKIP("skipped: shared test data not found: zoo and golden");
        core::QuantizeRequest asked = request(*zoo, "best", run);
        asked.recipe.bits = bits;
        asked.recipe.format = bits == 4 ? "awq-gemm" : "simulated";
        asked.recipe.calibration.source = calibration->string();
        quantize(asked);
        core::TextWindows held;
        held.ids = *zoo / "held_ids.safetensors";
        const auto reference = nlohmann::json::parse(contentOf(*golden));
        const double usual = reference["ppl_awq"].get<double>() - reference["ppl_fp32"].get<double>();
        const double increase = compare(*zoo, asked.output, held).delta;
        QVERIFY2(increase < allowed * usual, qPrintable(QString("%1 of %2").arg(increase).arg(usual)));
        QVERIFY(increase > 0);
    }
};

QTEST_GUILESS_MAIN(BestRecipeTest)
#include "best_recipe_test.moc"

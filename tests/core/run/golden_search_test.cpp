// SPDX-License-Identifier: GPL-3.0-or-later
// The search against llm-awq's own: the ratio of every scale set and its loss curve on the first block of each model,
// and one model whole, down to the perplexities of float, round-to-nearest and the written result. Float32 on the CPU.
#include <QtTest>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/run/evaluate_run.h"
#include "core/run/quantize_run.h"
#include "core/store/run_store.h"
#include "tests/support/event_recorder.h"
#include "tests/support/shared_data.h"

using namespace awq;
namespace fs = std::filesystem;

namespace {

constexpr double curveTolerance = 1e-3;      // relative, per candidate
constexpr double tieTolerance = 1e-3;        // two ratios whose golden losses differ by less are a tie
constexpr double perplexityTolerance = 1e-3; // relative

nlohmann::json readJson(const fs::path& file) {
    std::ifstream stream(file);
    return nlohmann::json::parse(stream);
}

core::QuantizeRequest requestFor(const fs::path& model, const fs::path& golden, const nlohmann::json& expected,
                                 const fs::path& output) {
    core::QuantizeRequest request{.model = model, .output = output};
    request.recipe.bits = expected["w_bit"];
    request.recipe.groupSize = expected["group_size"];
    request.recipe.calibration.source = golden.string();
    request.recipe.device = "cpu";
    request.recipe.dtype = "float32";
    request.recipe.format = "simulated";
    return request;
}

double goldenLoss(const nlohmann::json& group, double ratio) {
    const nlohmann::json& losses = group["losses"];
    return losses[std::size_t(std::lround(ratio * double(losses.size())))];
}

} // namespace

class GoldenSearchTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path in(const QString& name) const { return m_dir.filePath(name).toStdString(); }

    // Sets of one block against the golden's, whose order is the same.
    static void compareSets(const core::BlockResult& block, const nlohmann::json& groups) {
        std::size_t index = 0;
        while (index < groups.size() && groups[index]["block"] != block.block)
            ++index;
        for (const core::ScaleSetResult& set : block.scaleSets) {
            if (set.fate == "skipped")
                continue;
            QVERIFY(index < groups.size());
            const nlohmann::json& group = groups[index++];
            const QByteArray where = QByteArray::fromStdString(set.producer);
            QCOMPARE(set.losses.size(), group["losses"].size());
            for (std::size_t i = 0; i < set.losses.size(); ++i) {
                if (!set.measured.empty() && set.measured[i] < 1)
                    continue; // left early: behind the best one
                const double expected = group["losses"][i];
                QVERIFY2(std::abs(set.losses[i] / expected - 1) < curveTolerance,
                         where + " candidate " + QByteArray::number(qsizetype(i)) + ": " +
                             QByteArray::number(set.losses[i]) + " for " + QByteArray::number(expected));
            }
            const double best = group["best_ratio"];
            QVERIFY2(set.bestRatio == best ||
                         goldenLoss(group, set.bestRatio) <= (1 + tieTolerance) * goldenLoss(group, best),
                     where + ": ratio " + QByteArray::number(set.bestRatio) + " for " + QByteArray::number(best));
        }
        QVERIFY(index == groups.size() || groups[index]["block"] != block.block);
    }

    static double perplexity(const fs::path& model, const fs::path& ids, core::RoundToNearest rtn = {}) {
        test::EventRecorder recorder;
        core::EvaluateRequest request{.models = {model}, .rtn = {rtn}, .text = {}, .compute = {"cpu", "float32", 0}};
        request.text.ids = ids;
        const auto outcome = core::runPerplexity(request, recorder, {});
        return outcome.ok() ? outcome.result->front().perplexity : std::nan("");
    }

private slots:
    void firstBlocksChooseTheSame_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("tag");
        QTest::addColumn<QString>("engine");
        for (const char* model : {"llama2-tiny", "llama3-tiny", "qwen2-tiny"})
            for (const char* tag : {"w4g64", "w3g64", "w4g128"})
                QTest::addRow("%s-%s", model, tag) << model << tag << "fast";
        QTest::newRow("qwen2-tiny-w4g64, every curve whole") << "qwen2-tiny"
                                                             << "w4g64"
                                                             << "reference";
    }
    void firstBlocksChooseTheSame() {
        QFETCH(QString, model);
        QFETCH(QString, tag);
        QFETCH(QString, engine);
        const std::string name = (model + "-" + tag).toStdString();
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        AWQ_REQUIRE_SHARED(golden, "golden");
        if (!fs::exists(golden / (name + ".json")))
            QSKIP("skipped: no reference search of this model and recipe");
        const nlohmann::json expected = readJson(golden / (name + ".json"));

        std::stop_source stop; // the first block is enough: cancel once it is kept
        test::EventRecorder recorder([&](const core::Event& event) {
            if (std::holds_alternative<core::SnapshotSaved>(event.payload))
                stop.request_stop();
        });
        core::QuantizeRequest request =
            requestFor(zoo / model.toStdString(), golden / (name + ".safetensors"), expected, in(model + tag + engine));
        request.recipe.engine = engine.toStdString();
        const auto outcome = core::runQuantize(request, recorder, stop.get_token());
        QVERIFY(!outcome.ok());
        QVERIFY2(outcome.error->code() == core::ErrorCode::cancelled, outcome.error->what());
        const core::RunStore store = core::RunStore::open(request.output.string() + ".run");
        compareSets(store.loadBlock(0), expected["groups"]);
    }

    void aWholeModelHasTheSamePerplexity() {
        AWQ_REQUIRE_SHARED(model, "zoo/qwen2-tiny");
        AWQ_REQUIRE_SHARED(golden, "golden");
        const nlohmann::json expected = readJson(golden / "qwen2-tiny-w4g64.json");
        test::EventRecorder recorder;
        const core::QuantizeRequest request =
            requestFor(model, golden / "qwen2-tiny-w4g64.safetensors", expected, in("whole"));
        const auto outcome = core::runQuantize(request, recorder, {});
        QVERIFY2(outcome.ok(), outcome.ok() ? "" : outcome.error->what());
        const core::RunStore store = core::RunStore::open(outcome.result->runDir);
        for (const core::BlockResult& block : outcome.result->blocks)
            compareSets(store.loadBlock(block.block), expected["groups"]);

        const fs::path ids = model / "held_ids.safetensors";
        const auto close = [](double got, double wanted) { return std::abs(got / wanted - 1) < perplexityTolerance; };
        const double plain = perplexity(model, ids), rtn = perplexity(model, ids, {4, 64, true}),
                     awq = perplexity(request.output, ids);
        qInfo("float %.4f (%.4f), round to nearest %.4f (%.4f), AWQ %.4f (%.4f)", plain, double(expected["ppl_fp32"]),
              rtn, double(expected["ppl_rtn"]), awq, double(expected["ppl_awq"]));
        QVERIFY(close(plain, expected["ppl_fp32"]));
        QVERIFY(close(rtn, expected["ppl_rtn"]));
        QVERIFY(close(awq, expected["ppl_awq"]));
    }
};

QTEST_GUILESS_MAIN(GoldenSearchTest)
#include "golden_search_test.moc"

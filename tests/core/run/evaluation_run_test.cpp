// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity and comparison: breakdown by position and document, going on after a stop, what is stored.
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/run/evaluate_run.h"
#include "core/run/evaluation_json.h"
#include "core/run/prediction_scores.h"
#include "core/text/tokenizer.h"
#include "tests/support/event_recorder.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"

using namespace awq;
namespace fs = std::filesystem;

class EvaluationRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_a, m_b;
    std::vector<std::string> m_documents;

    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    core::CompareRequest comparison() const {
        core::CompareRequest request;
        request.a = m_a;
        request.b = m_b;
        request.text.text = in("documents.jsonl");
        request.text.window = 32;
        request.compute = {"cpu", "float32", 1};
        return request;
    }

    // Long enough for two passes between which values are kept.
    core::CompareRequest longComparison() const {
        core::CompareRequest request = comparison();
        request.text.text = in("long.txt");
        request.text.window = 256;
        request.scores = in("scores.safetensors");
        return request;
    }

    static core::CompareResult compared(const core::CompareRequest& request) {
        test::EventRecorder recorder;
        const auto outcome = core::runCompare(request, recorder, {});
        if (!outcome.ok())
            throw *outcome.error;
        return *outcome.result;
    }

    template <typename Part, typename Value>
    static double weighted(const std::vector<Part>& parts, const Value& value) {
        double sum = 0;
        std::int64_t tokens = 0;
        for (const Part& part : parts) {
            sum += double(part.tokens) * value(part);
            tokens += part.tokens;
        }
        return sum / double(tokens);
    }

private slots:
    void initTestCase() {
        m_a = test::writeTinyModel(in("a"), {.blocks = 1, .hidden = 64, .intermediate = 64});
        m_b = test::writeTinyModel(in("b"), {.blocks = 1, .hidden = 64, .intermediate = 64, .seed = 2});
        nlohmann::json record;
        std::string lines;
        for (unsigned i = 0; i < 5; ++i) {
            m_documents.push_back("Document " + std::to_string(i) + ". " + test::tinyText(100 + 150 * i, i + 1));
            record["text"] = m_documents.back();
            lines += record.dump() + "\n";
        }
        test::writeFile(in("documents.jsonl"), lines);
        test::writeFile(in("long.txt"), test::tinyText(56'000, 9));
    }

    void partsAddUp() {
        const core::CompareResult result = compared(comparison());
        QCOMPARE(result.positions.size(), std::size_t(31));
        QCOMPARE(result.positions.front().index, std::int64_t(1));
        QCOMPARE(result.positions.front().tokens, result.a.windows);
        QCOMPARE(result.documents.size(), m_documents.size());
        const auto kl = [](const core::DivergencePart& part) { return part.kl.mean; };
        const auto agreement = [](const core::DivergencePart& part) { return part.top1Agreement; };
        const auto nll = [](const core::LossPart& part) { return part.nll; };
        for (const auto& parts : {result.positions, result.documents}) {
            QVERIFY(std::abs(weighted(parts, kl) / result.kl.mean - 1) < 1e-6);
            QVERIFY(std::abs(weighted(parts, agreement) - result.top1Agreement) < 1e-6);
        }
        for (const core::PerplexityResult& model : {result.a, result.b}) {
            QVERIFY(std::abs(weighted(model.positions, nll) - model.nll) < 1e-6);
            QVERIFY(std::abs(weighted(model.documents, nll) - model.nll) < 1e-6);
        }
        QVERIFY(std::abs(std::accumulate(result.windowKl.begin(), result.windowKl.end(), 0.0) / result.a.windows -
                         result.kl.mean) < 1e-6);
        QVERIFY(QString::fromStdString(result.a.documentTitles.at(3)).startsWith("Document 3. "));
    }

    void percentilesAreNearestRanks() {
        std::vector<float> values(1000);
        std::iota(values.rbegin(), values.rend(), 1.0F);
        const core::KlSummary summary = core::summaryOf(values);
        QCOMPARE(summary.mean, 500.5);
        QCOMPARE(summary.p50, 500.0);
        QCOMPARE(summary.p90, 900.0);
        QCOMPARE(summary.p99, 990.0);
        QCOMPARE(summary.p999, 999.0);
        QCOMPARE(summary.max, 1000.0);
    }

    void tokensBelongToTheirDocuments() {
        const core::WindowedIds windows = core::makeWindows(comparison().text, m_a, 272);
        const auto tokenizer = core::loadTokenizer(m_a);
        for (std::size_t document = 0; document + 1 < m_documents.size(); ++document) {
            std::vector<std::int32_t> ids;
            for (std::size_t i = 0; i < windows.ids.size(); ++i)
                if (windows.documentOf[i] == std::int32_t(document))
                    ids.push_back(windows.ids[i]);
            QCOMPARE(tokenizer->decode(ids, true), m_documents[document] + "\n\n");
        }
    }

    void perplexityTellsTheSame() {
        const core::CompareResult result = compared(comparison());
        test::EventRecorder recorder;
        core::EvaluateRequest request;
        request.models = {m_a, m_b};
        request.text = comparison().text;
        request.compute = comparison().compute;
        const auto outcome = core::runPerplexity(request, recorder, {});
        QVERIFY(outcome.ok());
        QCOMPARE(outcome.result->at(0).nll, result.a.nll);
        QCOMPARE(outcome.result->at(1).nll, result.b.nll);
        QCOMPARE(outcome.result->at(1).documents.at(2).nll, result.b.documents.at(2).nll);
        QVERIFY(outcome.result->at(0).modelHash != outcome.result->at(1).modelHash);
    }

    void goesOnAfterAStop() {
        core::CompareRequest request = longComparison();
        const core::CompareResult whole = compared(request);
        QVERIFY(!fs::exists(request.scores));
        std::stop_source stop;
        test::EventRecorder stopping([&](const core::Event& event) {
            if (const auto* progress = std::get_if<core::Progress>(&event.payload);
                progress && progress->fraction > 0.9)
                stop.request_stop();
        });
        const auto stopped = core::runCompare(request, stopping, stop.get_token());
        QVERIFY(!stopped.ok());
        QVERIFY(QString(stopped.error->hint().c_str()).contains("--resume"));
        QVERIFY(fs::exists(request.scores));
        request.resume = true;
        test::EventRecorder recorder;
        const auto resumed = core::runCompare(request, recorder, {});
        QVERIFY2(resumed.ok(), resumed.error ? resumed.error->what() : "");
        for (const core::Event& event : recorder.events)
            if (const auto* progress = std::get_if<core::Progress>(&event.payload)) {
                QVERIFY(progress->fraction > 0.6);
                break;
            }
        QCOMPARE(resumed.result->kl.mean, whole.kl.mean);
        QCOMPARE(resumed.result->b.windowNll, whole.b.windowNll);
        QVERIFY(!fs::exists(request.scores));
    }

    void anotherEvaluationIsNotGoneOnWith() {
        core::CompareRequest request = longComparison();
        test::writeFile(request.scores, "damaged");
        request.resume = true;
        test::EventRecorder recorder;
        QCOMPARE(int(core::runCompare(request, recorder, {}).error->code()), int(core::ErrorCode::badInput));
        request.resume = false; // starts anew
        std::stop_source stop;
        test::EventRecorder stopping([&](const core::Event& event) {
            if (const auto* progress = std::get_if<core::Progress>(&event.payload);
                progress && progress->fraction > 0.9)
                stop.request_stop();
        });
        QVERIFY(!core::runCompare(request, stopping, stop.get_token()).ok());
        request.resume = true;
        request.b = m_a;
        const auto other = core::runCompare(request, recorder, {});
        QVERIFY(!other.ok());
        QVERIFY(QString(other.error->what()).contains("another model"));
    }

    void whatIsStoredRepeatsIt() {
        const core::CompareResult result = compared(comparison());
        const auto json = core::toJson(result, true);
        QCOMPARE(json["text"]["ids_hash"].get<std::string>(), result.a.facts.idsHash);
        QCOMPARE(json["text"]["window"].get<int>(), 32);
        QCOMPARE(json["dtype"].get<std::string>(), std::string("F32"));
        QCOMPARE(json["models"][1]["model_hash"].get<std::string>(), result.b.modelHash);
        QCOMPARE(json["documents"].size(), m_documents.size());
        QCOMPARE(json["documents"][1]["nll_b"].get<double>(), result.b.documents[1].nll);
        QVERIFY(!core::toJson(result, false).contains("positions"));
        const std::string csv = core::breakdownCsv(result);
        QCOMPARE(std::size_t(std::ranges::count(csv, '\n')), 1 + result.positions.size() + result.documents.size());
    }
};

QTEST_GUILESS_MAIN(EvaluationRunTest)
#include "evaluation_run_test.moc"

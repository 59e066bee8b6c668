// SPDX-License-Identifier: GPL-3.0-or-later
// The report of a run: what it says, that the page stands alone and is well formed, and the charts in it.
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include <cmath>
#include <fstream>

#include "core/report/report_builder.h"
#include "core/report/report_html.h"
#include "core/report/svg_chart.h"
#include "tests/support/expect_error.h"

using namespace awq::core;
namespace fs = std::filesystem;

namespace {

BlockResult blockResult(int block) {
    BlockResult result{.block = block, .seconds = 2, .outputMse = 1e-3, .relativeError = 0.01 * (block + 1)};
    for (const char* name : {"self_attn.q_proj", "mlp.down_proj"}) {
        LinearResult linear{
            .block = block, .name = name, .rows = 64, .columns = 128, .bits = 4, .groupSize = 128, .fate = "quantized"};
        linear.outputMse = 1e-4 * (block + 1);
        linear.weightMse = 1e-6;
        result.linears.push_back(linear);
    }
    result.linears.push_back({.block = block,
                              .name = "mlp.gate",
                              .rows = 8,
                              .columns = 128,
                              .fate = "excluded",
                              .reason = "a <router> & more"});
    ScaleSetResult set{
        .block = block, .producer = "input_layernorm", .consumers = {"self_attn.q_proj"}, .inspected = "self_attn"};
    set.ratios = {0, 0.5, 0.95};
    set.losses = {4e-4, 2e-4, std::nan("")};
    set.bestRatio = 0.5;
    set.bestLoss = 2e-4;
    set.fate = "scaled";
    result.scaleSets = {set};
    return result;
}

RunStore makeRun(const fs::path& folder, int blocks) {
    RunInfo info;
    info.model = "/models/tiny";
    info.output = "/out/tiny-awq";
    info.blocks = 4;
    info.state = "finished";
    RunStore store = RunStore::create(folder, info);
    for (int i = 0; i < blocks; ++i)
        store.saveBlock(blockResult(i));
    store.append({1, 0.5, Warning{"a linear fell back", "block 2, mlp.up_proj", "look at its inputs"}});
    store.append({2, 9, Finished{"/out/tiny-awq", 13'500'000'000, 3'900'000'000, 4321}});
    return store;
}

const ReportSection* sectionOf(const ReportDocument& document, const std::string& title) {
    for (const ReportSection& section : document.sections)
        if (section.title == title)
            return &section;
    return nullptr;
}

std::string factOf(const ReportSection& section, const std::string& name) {
    for (const ReportFact& fact : section.facts)
        if (fact.name == name)
            return fact.value;
    return {};
}

// Reads to the end; the message of the first error, or nothing.
QString xmlError(const QByteArray& xml) {
    QXmlStreamReader reader(xml);
    while (!reader.atEnd())
        reader.readNext();
    return reader.hasError() ? reader.errorString() : QString();
}

} // namespace

class ReportTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path path(const char* name) const { return fs::path(m_temporary.path().toStdString()) / name; }

private slots:
    void saysWhatTheRunDid() {
        const ReportDocument document = buildReport(makeRun(path("run"), 4));
        QCOMPARE(document.title, std::string("Quantization of tiny"));
        const ReportSection& summary = *sectionOf(document, "Summary");
        QCOMPARE(factOf(summary, "Size"), std::string("13.5 GB → 3.90 GB, 3.46 times smaller"));
        QCOMPARE(factOf(summary, "Time"), std::string("1 h 12 m"));
        QCOMPARE(factOf(summary, "Linears"), std::string("8 quantized, 4 kept in float"));
        QCOMPARE(factOf(summary, "State"), std::string("finished, 4 of 4 blocks"));
        QCOMPARE(sectionOf(document, "Warnings")->notes.front(),
                 std::string("a linear fell back (block 2, mlp.up_proj). look at its inputs"));
        QCOMPARE(sectionOf(document, "All linears")->table.rows.size(), std::size_t(12));
        const ReportSection& worst = *sectionOf(document, "Linears with the largest output error");
        QCOMPARE(worst.table.rows.front().front(), std::string("3")); // the last block has the largest
        QCOMPARE(factOf(*sectionOf(document, "Recipe"), "bits"), std::string("4"));
        QVERIFY(!sectionOf(document, "Perplexity"));
    }

    void perplexitiesStandBesideTheFirst() {
        ReportExtras extras;
        extras.protocol = "some text";
        extras.perplexities = {{.label = "float", .perplexity = 10, .sigma = 0.1, .tokens = 1000},
                               {.label = "awq", .perplexity = 10.5, .tokens = 1000}};
        const ReportDocument document = buildReport(makeRun(path("perplexity"), 1), extras);
        const ReportTable& table = sectionOf(document, "Perplexity")->table;
        QCOMPARE(table.rows[0][3], std::string("–"));
        QCOMPARE(table.rows[1][3], std::string("+5.00 %"));
        QCOMPARE(document.numbers["perplexity"][1]["perplexity"].get<double>(), 10.5);
    }

    void comparisonsHaveChartsAndDocuments() {
        const auto kl = nlohmann::ordered_json{{"mean", 0.02}, {"p50", 0.01}, {"p90", 0.05},
                                               {"p99", 0.2},   {"p999", 0.5}, {"max", 1.5}};
        ReportExtras extras;
        extras.comparison = {
            {"delta", 0.5},           {"delta_sigma", 0.02}, {"kl", kl},
            {"top1_agreement", 0.91}, {"tokens", 300},       {"text", {{"file", "held.jsonl"}, {"window", 151}}},
            {"device", "cpu"},        {"dtype", "F32"},      {"started_at", "2031-01-01T00:00:00Z"}};
        for (const auto& [label, perplexity] : {std::pair("float", 10.0), std::pair("awq-gemm w4g64", 10.5)})
            extras.comparison["models"].push_back({{"label", label}, {"perplexity", perplexity}, {"sigma", 0.1}});
        for (int i = 1; i <= 150; ++i)
            extras.comparison["positions"].push_back(
                {{"index", i}, {"tokens", 2}, {"nll_a", 2.0}, {"nll_b", 2.1}, {"kl", kl}});
        for (const double mean : {0.01, 0.03}) {
            nlohmann::ordered_json document{
                {"title", mean > 0.02 ? "worse" : "better"}, {"tokens", 150}, {"kl", kl}, {"top1_agreement", 0.9}};
            document["kl"]["mean"] = mean;
            extras.comparison["documents"].push_back(document);
        }
        const ReportDocument document = buildReport(makeRun(path("compared"), 1), extras);
        const ReportSection& section = *sectionOf(document, "Compared with the original");
        QCOMPARE(factOf(section, "Difference"), std::string("+0.5000 ± 0.0200"));
        QCOMPARE(factOf(section, "Same most likely token"), std::string("91.00 %"));
        QCOMPARE(section.charts.size(), std::size_t(2));
        QCOMPARE(section.charts[0].series[1].x.size(), std::size_t(75)); // two positions a point
        QCOMPARE(section.charts[0].series[1].x.front(), 1.5);
        QVERIFY(std::abs(section.charts[0].series[1].y.front() - 2.1) < 1e-9);
        QCOMPARE(section.table.rows.front().front(), std::string("worse"));
        QCOMPARE(document.numbers["comparison"]["tokens"].get<int>(), 300);
        extras.comparison.erase("kl");
        extras.comparisonFile = "result.json";
        const RunStore store = makeRun(path("uncompared"), 1);
        AWQ_EXPECT_ERROR(buildReport(store, extras), ErrorCode::badInput, "result.json");
    }

    void damageIsNamedAndNothingIsAnError() {
        const RunStore store = makeRun(path("damaged"), 3);
        std::ofstream(path("damaged") / "block-00001.json") << "{ torn";
        const ReportDocument document = buildReport(store);
        QVERIFY(sectionOf(document, "Warnings")->notes.front().starts_with("Block 1 cannot be read"));
        QCOMPARE(document.numbers["blocks"].size(), std::size_t(2));
        const RunStore empty = makeRun(path("empty"), 0);
        AWQ_EXPECT_ERROR(buildReport(empty), ErrorCode::badInput, "no block");
        std::stop_source stop;
        stop.request_stop();
        AWQ_EXPECT_ERROR(buildReport(store, {}, stop.get_token()), ErrorCode::cancelled, "stopped");
    }

    void thePageStandsAlone() {
        const QByteArray html = QByteArray::fromStdString(reportHtml(buildReport(makeRun(path("page"), 4))));
        QVERIFY(html.startsWith("<!doctype html>"));
        for (const char* outside : {"src=", "href=", "url(", "@import"})
            QVERIFY2(!html.contains(outside), outside);
        QCOMPARE(html.count("<svg"), 4);
        QVERIFY(html.contains("a &lt;router&gt; &amp; more"));
        const int from = html.indexOf("id=\"numbers\">") + 13;
        const auto numbers =
            nlohmann::json::parse(html.mid(from, html.indexOf("</script>", from) - from).toStdString());
        QCOMPARE(numbers["bytes_after"].get<std::int64_t>(), std::int64_t(3'900'000'000));
        QCOMPARE(numbers["blocks"][3]["linears"][0]["output_mse"].get<double>(), 4e-4);
        QVERIFY(numbers["blocks"][0]["scale_sets"][0]["losses"][2].is_null()); // discarded candidate
    }

    void numbersCannotEndTheirElement() {
        ReportDocument document{.title = "t"};
        document.numbers = {{"model", "</script><script>alert(1)</script>"}};
        const std::string html = reportHtml(document);
        QCOMPARE(html.find("</script>"), html.rfind("</script>"));
    }

    void chartsAreWellFormed_data() {
        QTest::addColumn<bool>("logarithmic");
        QTest::newRow("linear") << false;
        QTest::newRow("logarithmic") << true;
    }
    void chartsAreWellFormed() {
        QFETCH(bool, logarithmic);
        const ChartColours colours{"black", "grey", "grey", "silver", {"blue", "red"}};
        Chart chart{"a < b & c", "x", "y", logarithmic, true, {}};
        chart.series = {{"one", {0, 1, 2, 3}, {1e-4, std::nan(""), 1e-2, 3}},
                        {"two", {0, 1, 2, 3}, {0, -1, 0.5, 1e-3}},
                        {"empty", {}, {}}};
        const QByteArray svg = QByteArray::fromStdString(svgOf(chart, colours, 500, 300));
        QCOMPARE(xmlError(svg), QString());
        QVERIFY(!svg.contains("nan") && !svg.contains("inf"));
        QCOMPARE(svg.count("<circle"), logarithmic ? 5 : 7); // not finite and not positive points are left out
        QCOMPARE(svg.count("<path"), 2);
        chart.series = {{"constant", {5}, {2}}};
        QVERIFY(!svgOf(chart, colours, 500, 300).empty());
        chart.series.clear();
        QCOMPARE(xmlError(QByteArray::fromStdString(svgOf(chart, colours, 500, 300))), QString());
    }

    void ticksAreRound() {
        QCOMPARE(axisTicks(0, 1, false), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
        QCOMPARE(axisTicks(0.5, 31.5, false).size(), std::size_t(3));
        QCOMPARE(axisTicks(2e-5, 3e-2, true).size(), std::size_t(3)); // 10⁻⁴ 10⁻³ 10⁻²
        for (const double span : {1e-9, 1.0, 12345.0}) {
            const auto ticks = axisTicks(-span, span, false);
            QVERIFY(ticks.size() >= 3 && ticks.size() <= 7);
        }
        QVERIFY(axisTicks(1e-30, 1e20, true).size() <= 10);
    }
};

QTEST_GUILESS_MAIN(ReportTest)
#include "report_test.moc"

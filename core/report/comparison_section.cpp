// SPDX-License-Identifier: GPL-3.0-or-later
// Facts, two charts over the position in the window, and the documents that changed most.
#include "core/report/comparison_section.h"

#include <algorithm>
#include <cstdio>

#include "core/error.h"

namespace awq::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t documentsShown = 10, pointsShown = 64;

std::string printed(const char* format, double value) {
    char text[48];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

double numberOf(const Json& json, const char* key) {
    return json.at(key).get<double>();
}

std::vector<ReportFact> factsOf(const Json& json) {
    const Json &models = json.at("models"), &kl = json.at("kl"), &text = json.at("text");
    std::vector<ReportFact> facts;
    for (const Json& model : models)
        facts.push_back(
            {"Perplexity, " + model.at("label").get<std::string>(),
             printed("%.4f", numberOf(model, "perplexity")) + " ± " + printed("%.4f", numberOf(model, "sigma"))});
    facts.push_back({"Difference", printed("%+.4f", numberOf(json, "delta")) + " ± " +
                                       printed("%.4f", numberOf(json, "delta_sigma"))});
    facts.push_back({"KL divergence, mean", printed("%.3e", numberOf(kl, "mean"))});
    facts.push_back({"KL divergence, 50 / 90 / 99 / 99.9 % and largest",
                     printed("%.2e", numberOf(kl, "p50")) + " / " + printed("%.2e", numberOf(kl, "p90")) + " / " +
                         printed("%.2e", numberOf(kl, "p99")) + " / " + printed("%.2e", numberOf(kl, "p999")) + ", " +
                         printed("%.2e", numberOf(kl, "max"))});
    facts.push_back({"Same most likely token", printed("%.2f %%", 100 * numberOf(json, "top1_agreement"))});
    facts.push_back({"Text", text.at("file").get<std::string>() + ", windows of " + text.at("window").dump() +
                                 " tokens, " + json.at("tokens").dump() + " predictions"});
    facts.push_back({"Computed", json.at("device").get<std::string>() + ", " + json.at("dtype").get<std::string>() +
                                     ", " + json.at("started_at").get<std::string>()});
    return facts;
}

// Neighbouring positions averaged, so that a window of any length gives a readable line.
template <typename Value>
ChartSeries overPositions(const std::string& name, const Json& positions, const Value& value) {
    ChartSeries series{.name = name};
    const std::size_t together = std::max<std::size_t>(1, positions.size() / pointsShown);
    for (std::size_t first = 0; first < positions.size(); first += together) {
        double sum = 0, tokens = 0, place = 0;
        const std::size_t end = std::min(first + together, positions.size());
        for (std::size_t i = first; i < end; ++i) {
            const double count = numberOf(positions[i], "tokens");
            sum += count * value(positions[i]);
            place += numberOf(positions[i], "index");
            tokens += count;
        }
        series.x.push_back(place / double(end - first));
        series.y.push_back(sum / tokens);
    }
    return series;
}

std::vector<Chart> chartsOf(const Json& json) {
    const Json &positions = json.at("positions"), &models = json.at("models");
    const auto loss = [](const char* key) { return [key](const Json& part) { return numberOf(part, key); }; };
    const auto divergence = [](const Json& part) { return numberOf(part.at("kl"), "mean"); };
    return {{"Loss by position in the window",
             "Position",
             "Nats",
             false,
             true,
             {overPositions(models.at(0).at("label"), positions, loss("nll_a")),
              overPositions(models.at(1).at("label"), positions, loss("nll_b"))}},
            {"KL divergence by position",
             "Position",
             "Nats",
             true,
             true,
             {overPositions("KL divergence", positions, divergence)}}};
}

ReportTable documentsOf(const Json& json) {
    std::vector<Json> documents = json.at("documents");
    if (documents.empty())
        return {};
    std::ranges::stable_sort(documents, std::greater(),
                             [](const Json& document) { return numberOf(document.at("kl"), "mean"); });
    documents.resize(std::min(documents.size(), documentsShown));
    ReportTable table{{{"Documents that changed most"}, {"Predictions", true}, {"KL", true}, {"Same token", true}}, {}};
    for (const Json& document : documents)
        table.rows.push_back({document.at("title").get<std::string>(), document.at("tokens").dump(),
                              printed("%.2e", numberOf(document.at("kl"), "mean")),
                              printed("%.2f %%", 100 * numberOf(document, "top1_agreement"))});
    return table;
}

} // namespace

ReportSection comparisonSection(const Json& comparison, const std::string& where) {
    try {
        ReportSection section{.title = "Compared with the original"};
        section.facts = factsOf(comparison);
        section.charts = chartsOf(comparison);
        section.table = documentsOf(comparison);
        return section;
    } catch (const Json::exception& error) {
        badInput(std::string("this is not the result of a comparison: ") + error.what(), where,
                 "give a file that awq-cli compare wrote with --output");
    }
}

} // namespace awq::core

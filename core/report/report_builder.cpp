// SPDX-License-Identifier: GPL-3.0-or-later
// Gathers a run's results and arranges them in sections.
#include "core/report/report_builder.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "core/error.h"
#include "core/plan/recipe_options.h"
#include "core/quant/results_json.h"
#include "core/report/comparison_section.h"
#include "core/units.h"
#include "core/version.h"

namespace awq::core {

namespace {

constexpr std::size_t worstShown = 10, curvesShown = 6;

struct Findings {
    std::vector<BlockResult> blocks; // ascending, without arrays
    std::vector<std::string> damaged;
    std::vector<Warning> warnings;
    Finished finished; // of the newest finished event
    bool hasFinished = false;
    Failed failed;
    bool hasFailed = false;
};

std::string printed(const char* format, double value) {
    if (!std::isfinite(value))
        return "–";
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}
std::string fixed(double value, int decimals) {
    return printed(("%." + std::to_string(decimals) + "f").c_str(), value);
}
std::string scientific(double value) {
    return printed("%.2e", value);
}
std::string percent(double share) {
    return printed("%.1f %%", share * 100);
}
std::string shapeText(const LinearResult& linear) {
    return std::to_string(linear.rows) + " × " + std::to_string(linear.columns);
}

double identityLoss(const ScaleSetResult& set) {
    return set.losses.empty() ? std::nan("") : set.losses.front();
}
std::string kindOf(const std::string& linear) {
    return linear.substr(linear.rfind('.') + 1);
}

Findings findingsOf(const RunStore& store, std::stop_token stop) {
    Findings findings;
    for (const int block : store.finishedBlocks()) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, "the report was stopped");
        try {
            findings.blocks.push_back(store.loadBlockSummary(block));
        } catch (const Error& error) {
            findings.damaged.push_back("Block " + std::to_string(block) + " cannot be read: " + error.what() + " (" +
                                       error.where() + ")");
        }
    }
    if (findings.blocks.empty())
        badInput("no block of this run is finished and readable", store.folder().string(),
                 "let the run finish a block first");
    for (const Event& event : store.journal()) {
        if (const auto* warning = std::get_if<Warning>(&event.payload))
            findings.warnings.push_back(*warning);
        if (const auto* finished = std::get_if<Finished>(&event.payload))
            findings.finished = *finished, findings.hasFinished = true, findings.hasFailed = false;
        if (const auto* failed = std::get_if<Failed>(&event.payload))
            findings.failed = *failed, findings.hasFailed = true;
    }
    return findings;
}

template <typename Visit>
void eachLinear(const Findings& findings, Visit visit) {
    for (const BlockResult& block : findings.blocks)
        for (const LinearResult& linear : block.linears)
            visit(block, linear);
}

template <typename Visit>
void eachScaleSet(const Findings& findings, Visit visit) {
    for (const BlockResult& block : findings.blocks)
        for (const ScaleSetResult& set : block.scaleSets)
            visit(block, set);
}

std::string stateText(const RunInfo& info, const Findings& findings) {
    std::string text =
        info.state + ", " + std::to_string(findings.blocks.size()) + " of " + std::to_string(info.blocks) + " blocks";
    if (findings.hasFailed && info.state == "failed")
        text += ": " + findings.failed.what;
    return text;
}

ReportSection summarySection(const RunStore& store, const Findings& findings) {
    const RunInfo& info = store.info();
    int quantized = 0, excluded = 0;
    double error = 0, seconds = 0;
    for (const BlockResult& block : findings.blocks) {
        error += block.relativeError / double(findings.blocks.size());
        seconds += block.seconds;
        for (const LinearResult& linear : block.linears)
            ++(linear.fate == "excluded" ? excluded : quantized);
    }
    ReportSection section{.title = "Summary"};
    section.facts = {
        {"Model", info.model.string()}, {"Output", info.output.string()}, {"State", stateText(info, findings)}};
    if (findings.hasFinished && findings.finished.bytesAfter > 0) {
        const Finished& finished = findings.finished;
        section.facts.push_back(
            {"Size", formatBytes(finished.bytesBefore) + " → " + formatBytes(finished.bytesAfter) + ", " +
                         fixed(double(finished.bytesBefore) / double(finished.bytesAfter), 2) + " times smaller"});
    }
    section.facts.push_back({"Time", formatSeconds(findings.hasFinished ? findings.finished.seconds : seconds)});
    section.facts.push_back(
        {"Linears", std::to_string(quantized) + " quantized, " + std::to_string(excluded) + " kept in float"});
    section.facts.push_back({"Mean relative error of a block's output", scientific(error)});
    section.facts.push_back({"Started", info.startedAt});
    section.facts.push_back({"Made by", "AWQ Studio " + std::string(version())});
    return section;
}

ReportSection warningSection(const Findings& findings) {
    ReportSection section{.title = "Warnings", .notes = findings.damaged, .attention = true};
    for (const Warning& warning : findings.warnings)
        section.notes.push_back(warning.what + (warning.where.empty() ? "" : " (" + warning.where + ")") +
                                (warning.hint.empty() ? "" : ". " + warning.hint));
    return section;
}

ReportSection perplexitySection(const ReportExtras& extras) {
    ReportSection section{.title = "Perplexity"};
    section.notes = {"Measured on " + extras.protocol + "; ± is the standard error."};
    section.table.columns = {{"Model"}, {"Perplexity", true}, {"±", true}, {"Change", true}, {"Predictions", true}};
    const double base = extras.perplexities.front().perplexity;
    for (const PerplexityResult& result : extras.perplexities)
        section.table.rows.push_back(
            {result.label, fixed(result.perplexity, 4), fixed(result.sigma, 4),
             &result == &extras.perplexities.front() ? "–" : printed("%+.2f %%", (result.perplexity / base - 1) * 100),
             std::to_string(result.tokens)});
    return section;
}

// One line of a chart per kind of linear ("q_proj"), over the blocks.
template <typename Value>
std::vector<ChartSeries> seriesByKind(const Findings& findings, Value value) {
    std::vector<ChartSeries> series;
    eachLinear(findings, [&](const BlockResult& block, const LinearResult& linear) {
        if (linear.fate == "excluded")
            return;
        const std::string kind = kindOf(linear.name);
        auto found = std::find_if(series.begin(), series.end(), [&](const ChartSeries& s) { return s.name == kind; });
        if (found == series.end())
            found = series.insert(series.end(), ChartSeries{.name = kind});
        found->x.push_back(block.block);
        found->y.push_back(value(linear));
    });
    return series;
}

ReportSection errorSection(const Findings& findings) {
    ChartSeries relative{.name = "relative error"};
    for (const BlockResult& block : findings.blocks) {
        relative.x.push_back(block.block);
        relative.y.push_back(block.relativeError);
    }
    ReportSection section{.title = "Error through the model"};
    section.charts = {{"Output error of every linear", "Block", "Mean squared error", true, true,
                       seriesByKind(findings, [](const LinearResult& linear) { return linear.outputMse; })},
                      {"Relative error of every block's output", "Block", "|y' − y|² / |y|²", true, true, {relative}}};
    return section;
}

ReportSection worstSection(const Findings& findings) {
    std::vector<const LinearResult*> worst;
    eachLinear(findings, [&](const BlockResult&, const LinearResult& linear) {
        if (linear.fate != "excluded")
            worst.push_back(&linear);
    });
    std::stable_sort(worst.begin(), worst.end(), [](auto* a, auto* b) { return a->outputMse > b->outputMse; });
    worst.resize(std::min(worst.size(), worstShown));
    ReportSection section{.title = "Linears with the largest output error"};
    section.table.columns = {{"Block", true},      {"Linear"},           {"Shape", true},
                             {"Output MSE", true}, {"Weight MSE", true}, {"Clipped groups", true}};
    for (const LinearResult* linear : worst)
        section.table.rows.push_back({std::to_string(linear->block), linear->name, shapeText(*linear),
                                      scientific(linear->outputMse), scientific(linear->weightMse),
                                      percent(linear->clippedShare)});
    return section;
}

ReportSection searchSection(const Findings& findings) {
    std::map<std::string, ChartSeries> ratios;
    std::vector<const ScaleSetResult*> sets;
    eachScaleSet(findings, [&](const BlockResult& block, const ScaleSetResult& set) {
        if (set.losses.empty())
            return;
        ChartSeries& series = ratios[set.producer];
        series.name = set.producer;
        series.x.push_back(block.block);
        series.y.push_back(set.bestRatio);
        sets.push_back(&set);
    });
    ReportSection section{.title = "Scale search"};
    if (sets.empty())
        return section;
    Chart chosen{"Chosen ratio of every scale set", "Block", "Ratio", false, false, {}};
    for (auto& [producer, series] : ratios)
        chosen.series.push_back(std::move(series));
    std::stable_sort(sets.begin(), sets.end(),
                     [](auto* a, auto* b) { return a->bestLoss / identityLoss(*a) < b->bestLoss / identityLoss(*b); });
    sets.resize(std::min(sets.size(), curvesShown));
    Chart curves{"Loss by ratio, where scaling helped most", "Ratio", "Loss, relative to no scaling", false, true, {}};
    for (const ScaleSetResult* set : sets) {
        ChartSeries series{std::to_string(set->block) + " · " + set->producer, set->ratios, set->losses};
        for (double& loss : series.y)
            loss /= identityLoss(*set);
        curves.series.push_back(std::move(series));
    }
    section.charts = {std::move(chosen), std::move(curves)};
    return section;
}

ReportSection scaleSetTable(const Findings& findings) {
    ReportSection section{.title = "All scale sets", .folded = true};
    section.table.columns = {{"Block", true}, {"Producer"},       {"Linears"}, {"Ratio", true},
                             {"Loss", true},  {"Unscaled", true}, {"Fate"},    {"Reason"}};
    eachScaleSet(findings, [&](const BlockResult&, const ScaleSetResult& set) {
        std::string consumers;
        for (const std::string& consumer : set.consumers)
            consumers += (consumers.empty() ? "" : ", ") + consumer;
        section.table.rows.push_back(
            {std::to_string(set.block), set.producer, consumers, set.losses.empty() ? "–" : fixed(set.bestRatio, 2),
             set.losses.empty() ? "–" : scientific(set.bestLoss), scientific(identityLoss(set)), set.fate, set.reason});
    });
    return section;
}

ReportSection linearTable(const Findings& findings) {
    ReportSection section{.title = "All linears", .folded = true};
    section.table.columns = {{"Block", true},
                             {"Linear"},
                             {"Shape", true},
                             {"Bits", true},
                             {"Group", true},
                             {"Output MSE", true},
                             {"Weight MSE", true},
                             {"Kept range", true},
                             {"Clipped", true},
                             {"Fate"},
                             {"Reason"}};
    eachLinear(findings, [&](const BlockResult&, const LinearResult& linear) {
        std::vector<std::string> row{std::to_string(linear.block), linear.name, shapeText(linear)};
        const bool quantized = linear.fate != "excluded";
        for (const std::string& cell :
             {std::to_string(linear.bits), std::to_string(linear.groupSize), scientific(linear.outputMse),
              scientific(linear.weightMse), fixed(linear.clipMean, 3), percent(linear.clippedShare)})
            row.push_back(quantized ? cell : "–");
        row.push_back(linear.fate);
        row.push_back(linear.reason);
        section.table.rows.push_back(std::move(row));
    });
    return section;
}

ReportSection recipeSection(const Recipe& recipe) {
    ReportSection section{.title = "Recipe"};
    for (const RecipeOption& option : recipeOptions()) {
        const nlohmann::ordered_json value = option.get(recipe);
        const bool unset = value.is_null() || (value.is_string() && value.get<std::string>().empty()) ||
                           (value.is_array() && value.empty());
        if (!unset)
            section.facts.push_back({option.name, value.is_string() ? value.get<std::string>() : value.dump()});
    }
    return section;
}

nlohmann::ordered_json numbersOf(const RunStore& store, const Findings& findings, const ReportExtras& extras) {
    const RunInfo& info = store.info();
    nlohmann::ordered_json numbers{{"model", info.model.string()},
                                   {"output", info.output.string()},
                                   {"state", info.state},
                                   {"started_at", info.startedAt},
                                   {"version", std::string(version())},
                                   {"recipe", nlohmann::ordered_json(toJson(info.recipe))}};
    if (findings.hasFinished)
        numbers.update({{"bytes_before", findings.finished.bytesBefore},
                        {"bytes_after", findings.finished.bytesAfter},
                        {"seconds", findings.finished.seconds}});
    for (const char* key : {"perplexity", "blocks", "warnings"})
        numbers[key] = nlohmann::ordered_json::array();
    for (const PerplexityResult& result : extras.perplexities)
        numbers["perplexity"].push_back({{"model", result.model.string()},
                                         {"label", result.label},
                                         {"perplexity", result.perplexity},
                                         {"sigma", result.sigma},
                                         {"tokens", result.tokens},
                                         {"windows", result.windows}});
    for (const BlockResult& block : findings.blocks)
        numbers["blocks"].push_back(toJson(block));
    for (const Warning& warning : findings.warnings)
        numbers["warnings"].push_back({{"what", warning.what}, {"where", warning.where}, {"hint", warning.hint}});
    return numbers;
}

} // namespace

ReportDocument buildReport(const RunStore& store, const ReportExtras& extras, std::stop_token stop) {
    const Findings findings = findingsOf(store, stop);
    const RunInfo& info = store.info();
    ReportDocument document;
    document.title = "Quantization of " + info.model.filename().string();
    document.subtitle = std::to_string(info.recipe.bits) + " bits, groups of " + std::to_string(info.recipe.groupSize) +
                        ", " + info.recipe.format + ", preset " + info.recipe.preset;
    document.sections.push_back(summarySection(store, findings));
    if (!findings.damaged.empty() || !findings.warnings.empty())
        document.sections.push_back(warningSection(findings));
    if (!extras.perplexities.empty())
        document.sections.push_back(perplexitySection(extras));
    if (!extras.comparison.is_null())
        document.sections.push_back(comparisonSection(extras.comparison, extras.comparisonFile));
    document.sections.push_back(errorSection(findings));
    document.sections.push_back(worstSection(findings));
    if (ReportSection search = searchSection(findings); !search.charts.empty())
        document.sections.push_back(std::move(search));
    document.sections.push_back(recipeSection(info.recipe));
    document.sections.push_back(scaleSetTable(findings));
    document.sections.push_back(linearTable(findings));
    document.numbers = numbersOf(store, findings, extras);
    if (!extras.comparison.is_null())
        document.numbers["comparison"] = extras.comparison;
    return document;
}

} // namespace awq::core

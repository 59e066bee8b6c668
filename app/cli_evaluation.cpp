// SPDX-License-Identifier: GPL-3.0-or-later
// Breakdown of evaluations as tables and files.
#include "app/cli_evaluation.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/cli_common.h"
#include "app/cli_table.h"
#include "core/error.h"
#include "core/store/atomic_file.h"

namespace awq::app {
namespace {

constexpr std::size_t documentsShown = 10;

// Several values per prediction, averaged over predictions.
struct Sums {
    std::int64_t tokens = 0;
    std::vector<double> values;

    void add(std::int64_t count, const std::vector<double>& means) {
        values.resize(means.size());
        for (std::size_t i = 0; i < means.size(); ++i)
            values[i] += double(count) * means[i];
        tokens += count;
    }
    double mean(std::size_t i) const { return values[i] / double(tokens); }
};

// Sums by first position of the range: 1, 2-3, 4-7, ...
using ByRange = std::map<std::int64_t, Sums>;

std::int64_t rangeOf(std::int64_t position) {
    std::int64_t first = 1;
    while (2 * first <= position)
        first *= 2;
    return first;
}

std::string rangeText(std::int64_t first) {
    return first == 1 ? "1" : std::to_string(first) + "-" + std::to_string(2 * first - 1);
}

std::vector<core::DivergencePart> worst(std::vector<core::DivergencePart> parts) {
    std::ranges::stable_sort(parts, std::greater(), [](const auto& part) { return part.kl.mean; });
    parts.resize(std::min(parts.size(), documentsShown));
    return parts;
}

void writeText(const std::string& file, const std::string& text) {
    core::writeFileAtomically(std::filesystem::absolute(file), text);
}

} // namespace

std::vector<CliOption> evaluationOptions() {
    return joined(textWindowOptions(),
                  {{"breakdown", "", "also by position in the window and by document"},
                   {"csv", "FILE", "write the breakdown, a line per position and document"},
                   {"output", "FILE", "write the whole result as JSON, with what is needed to repeat it"},
                   {"resume", "", "go on where a stopped evaluation with the same --output ended"}});
}

std::filesystem::path keptScores(const Arguments& arguments) {
    if (!arguments.has("output") && arguments.has("resume"))
        throw core::Error(core::ErrorCode::usage, "--resume needs the --output of the stopped evaluation", {},
                          "give --output FILE when starting; finished windows are kept beside it");
    return arguments.has("output") ? arguments.text("output", "") + ".scores.safetensors" : std::string();
}

void writeEvaluation(const Arguments& arguments, const nlohmann::ordered_json& whole, const std::string& csv) {
    if (arguments.has("output"))
        writeText(arguments.text("output", ""),
                  whole.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    if (arguments.has("csv"))
        writeText(arguments.text("csv", ""), csv);
}

std::string breakdownText(const core::CompareResult& result) {
    ByRange ranges;
    for (std::size_t i = 0; i < result.positions.size(); ++i) {
        const core::DivergencePart& part = result.positions[i];
        ranges[rangeOf(part.index)].add(
            part.tokens, {result.a.positions[i].nll, result.b.positions[i].nll, part.kl.mean, part.top1Agreement});
    }
    TextTable positions({"position", ">predictions", ">loss A", ">loss B", ">KL", ">same token %"});
    for (const auto& [first, sums] : ranges)
        positions.add({rangeText(first), std::to_string(sums.tokens), number(sums.mean(0), 4), number(sums.mean(1), 4),
                       scientific(sums.mean(2)), number(100 * sums.mean(3), 2)});
    if (result.documents.empty())
        return "\n" + positions.text();
    TextTable documents({"documents that changed most", ">predictions", ">KL", ">p99", ">same token %"});
    for (const core::DivergencePart& part : worst(result.documents))
        documents.add({result.a.documentTitles.at(std::size_t(part.index)), std::to_string(part.tokens),
                       scientific(part.kl.mean), scientific(part.kl.p99), number(100 * part.top1Agreement, 2)});
    return "\n" + positions.text() + "\n" + documents.text();
}

std::string breakdownText(const std::vector<core::PerplexityResult>& results) {
    std::string text;
    for (const core::PerplexityResult& result : results) {
        ByRange ranges;
        for (const core::LossPart& part : result.positions)
            ranges[rangeOf(part.index)].add(part.tokens, {part.nll});
        TextTable positions({result.label + ", position", ">predictions", ">loss"});
        for (const auto& [first, sums] : ranges)
            positions.add({rangeText(first), std::to_string(sums.tokens), number(sums.mean(0), 4)});
        text += "\n" + positions.text();
    }
    return text;
}

} // namespace awq::app

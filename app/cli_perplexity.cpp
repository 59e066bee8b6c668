// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli perplexity: one or several model folders on the same windows of a text.
#include "app/cli_perplexity.h"

#include "app/cli_common.h"
#include "app/cli_evaluation.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/run/evaluation_json.h"

namespace awq::app {
namespace {

VerbResult perplexity(const VerbContext& context) {
    core::EvaluateRequest request;
    request.models.assign(context.arguments.operands().begin(), context.arguments.operands().end());
    request.text = textWindows(context.arguments);
    request.compute = computeOptions(context.arguments);
    request.scores = keptScores(context.arguments);
    request.resume = context.arguments.has("resume");
    const auto results = valueOf(core::runPerplexity(request, context.events, context.stop));
    const bool breakdown = context.arguments.has("breakdown");
    writeEvaluation(context.arguments, perplexityJson(results, true), core::breakdownCsv(results));
    return {perplexityJson(results, breakdown), perplexityText(results) + (breakdown ? breakdownText(results) : "")};
}

} // namespace

nlohmann::ordered_json perplexityJson(const std::vector<core::PerplexityResult>& results, bool breakdown) {
    auto list = nlohmann::ordered_json::array();
    for (const core::PerplexityResult& result : results)
        list.push_back(core::toJson(result, breakdown));
    return list;
}

std::string perplexityText(const std::vector<core::PerplexityResult>& results) {
    TextTable table({"model", "form", ">perplexity", ">+-", ">tokens", ">windows"});
    for (const core::PerplexityResult& result : results)
        table.add({result.model.string(), result.label, number(result.perplexity, 4), number(result.sigma, 4),
                   std::to_string(result.tokens), std::to_string(result.windows)});
    return table.text();
}

Verb perplexityVerb() {
    return {"perplexity",        "MODEL...", "perplexity of one or several folders, float or quantized", 1, 64,
            evaluationOptions(), perplexity};
}

} // namespace awq::app

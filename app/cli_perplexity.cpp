// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli perplexity: one or several model folders on the same windows of a text.
#include "app/cli_perplexity.h"

#include "app/cli_table.h"
#include "app/cli_verbs.h"

namespace awq::app {
namespace {

VerbResult perplexity(const VerbContext& context) {
    core::EvaluateRequest request;
    request.models.assign(context.arguments.operands().begin(), context.arguments.operands().end());
    request.text = textWindows(context.arguments);
    request.compute = computeOptions(context.arguments);
    const auto results = valueOf(core::runPerplexity(request, context.events, context.stop));
    VerbResult result{nlohmann::ordered_json::array(), perplexityText(results)};
    for (const core::PerplexityResult& model : results)
        result.json.push_back(perplexityJson(model));
    return result;
}

} // namespace

nlohmann::ordered_json perplexityJson(const core::PerplexityResult& result) {
    return {{"model", result.model.string()}, {"label", result.label}, {"perplexity", result.perplexity},
            {"sigma", result.sigma},          {"nll", result.nll},     {"tokens", result.tokens},
            {"windows", result.windows}};
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
            textWindowOptions(), perplexity};
}

} // namespace awq::app

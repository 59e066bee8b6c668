// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli compare: two model folders on the same windows of a text.
#include "app/cli_common.h"
#include "app/cli_evaluation.h"
#include "app/cli_perplexity.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/run/evaluation_json.h"

namespace awq::app {
namespace {

std::string klText(const core::KlSummary& kl) {
    TextTable table({"KL divergence, nats", ">mean", ">p50", ">p90", ">p99", ">p99.9", ">max"});
    table.add({"per prediction", scientific(kl.mean), scientific(kl.p50), scientific(kl.p90), scientific(kl.p99),
               scientific(kl.p999), scientific(kl.max)});
    return table.text();
}

VerbResult compare(const VerbContext& context) {
    core::CompareRequest request;
    request.a = context.operand(0);
    request.b = context.operand(1);
    request.text = textWindows(context.arguments);
    request.compute = computeOptions(context.arguments);
    request.scores = keptScores(context.arguments);
    request.resume = context.arguments.has("resume");
    const core::CompareResult compared = valueOf(core::runCompare(request, context.events, context.stop));
    const bool breakdown = context.arguments.has("breakdown");
    writeEvaluation(context.arguments, core::toJson(compared, true), core::breakdownCsv(compared));
    VerbResult result{core::toJson(compared, breakdown),
                      perplexityText({compared.a, compared.b}) + "\ndifference " + number(compared.delta, 4) + " +- " +
                          number(compared.deltaSigma, 4) + "\nsame most likely token " +
                          number(100 * compared.top1Agreement, 2) + " %\n\n" + klText(compared.kl)};
    if (breakdown)
        result.text += breakdownText(compared);
    return result;
}

} // namespace

Verb compareVerb() {
    return {"compare",           "A B",  "two folders on the same text: perplexities, KL divergence, agreement", 2, 2,
            evaluationOptions(), compare};
}

} // namespace awq::app

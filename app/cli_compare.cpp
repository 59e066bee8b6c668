// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli compare: two model folders on the same windows of a text.
#include "app/cli_perplexity.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"

namespace awq::app {
namespace {

using nlohmann::ordered_json;

ordered_json klJson(const core::KlSummary& kl) {
    return {{"mean", kl.mean}, {"p50", kl.p50}, {"p90", kl.p90}, {"p99", kl.p99}, {"p999", kl.p999}, {"max", kl.max}};
}

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
    const core::CompareResult compared = valueOf(core::runCompare(request, context.events, context.stop));
    VerbResult result;
    result.json = {{"perplexity", {{"a", compared.a.perplexity}, {"b", compared.b.perplexity}}},
                   {"delta", compared.delta},
                   {"delta_sigma", compared.deltaSigma},
                   {"kl", klJson(compared.kl)},
                   {"top1_agreement", compared.top1Agreement},
                   {"tokens", compared.tokens}};
    result.text = perplexityText({compared.a, compared.b}) + "\ndifference " + number(compared.delta, 4) + " +- " +
                  number(compared.deltaSigma, 4) + "\nsame most likely token " +
                  number(100 * compared.top1Agreement, 2) + " %\n\n" + klText(compared.kl);
    return result;
}

} // namespace

Verb compareVerb() {
    return {"compare",           "A B",  "two folders on the same text: perplexities, KL divergence, agreement", 2, 2,
            textWindowOptions(), compare};
}

} // namespace awq::app

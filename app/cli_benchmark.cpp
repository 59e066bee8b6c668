// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli benchmark: prefill and decode speed of a model folder.
#include "app/cli_common.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/run/benchmark_run.h"

namespace awq::app {
namespace {

VerbResult benchmark(const VerbContext& context) {
    core::BenchmarkRequest request;
    request.model = context.operand(0);
    request.promptTokens = integers(context.arguments, "prompt-tokens", request.promptTokens);
    request.batches = integers(context.arguments, "batch", request.batches);
    request.newTokens = context.arguments.integer("new-tokens", request.newTokens, 1);
    request.repeat = int(context.arguments.integer("repeat", request.repeat, 1));
    request.compute = computeOptions(context.arguments);
    const core::BenchmarkResult measured = valueOf(core::runBenchmark(request, context.events, context.stop));
    VerbResult result;
    result.json = {{"device", measured.device}, {"form", measured.label}};
    result.json["rows"] = nlohmann::ordered_json::array();
    TextTable table({"phase", ">batch", ">tokens", ">median s", ">min", ">max", ">tokens/s", ">of bandwidth"});
    for (const core::BenchmarkRow& row : measured.rows) {
        result.json["rows"].push_back({{"phase", row.phase},
                                       {"batch", row.batch},
                                       {"tokens", row.tokens},
                                       {"median", row.median},
                                       {"min", row.minimum},
                                       {"max", row.maximum},
                                       {"tokens_per_second", row.tokensPerSecond},
                                       {"bandwidth_share", row.bandwidthShare}});
        table.add({row.phase, std::to_string(row.batch), std::to_string(row.tokens), number(row.median, 4), number(row.minimum, 4),
                   number(row.maximum, 4), number(row.tokensPerSecond, 1),
                   row.phase == "decode" ? number(100 * row.bandwidthShare, 1) + " %" : ""});
    }
    result.text = measured.device + ", " + measured.label + "\n\n" + table.text();
    return result;
}

} // namespace

Verb benchmarkVerb() {
    return {"benchmark", "MODEL", "speed of prefill and decode", 1, 1,
            {{"prompt-tokens", "N,N", "prompt lengths (512,2048)"},
             {"batch", "N,N", "sequences at once (1,4,16)"},
             {"new-tokens", "N", "tokens decoded after each prompt (64)"},
             {"repeat", "N", "repetitions of each case (5)"}},
            benchmark};
}

} // namespace awq::app

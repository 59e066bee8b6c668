// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli benchmark: prefill and decode speed of a model folder.
#include <charconv>

#include "app/cli_common.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/run/benchmark_run.h"

namespace awq::app {
namespace {

// "512,2048"
std::vector<std::int64_t> numbers(const Arguments& arguments, const std::string& option, std::vector<std::int64_t> fallback) {
    const std::string none;
    const std::string text = arguments.text(option, none);
    if (text.empty())
        return fallback;
    std::vector<std::int64_t> values;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::int64_t value = 0;
        const auto parsed = std::from_chars(text.data() + begin, text.data() + end, value);
        if (parsed.ptr != text.data() + end || value < 1)
            throw core::Error(core::ErrorCode::usage, "--" + option + " takes whole numbers from 1 on, separated by commas", "--" + option, "for example 512,2048");
        values.push_back(value);
        begin = end + 1;
    }
    return values;
}

VerbResult benchmark(const VerbContext& context) {
    core::BenchmarkRequest request;
    request.model = context.operand(0);
    request.promptTokens = numbers(context.arguments, "prompt-tokens", request.promptTokens);
    request.batches = numbers(context.arguments, "batch", request.batches);
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

// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli generate: text from a prompt.
#include <cstdlib>

#include "app/cli_common.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/run/generate_run.h"

namespace awq::app {
namespace {

double decimal(const Arguments& arguments, const std::string& option, double fallback) {
    const std::string none;
    const std::string text = arguments.text(option, none);
    if (text.empty())
        return fallback;
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (*end != '\0' || !(value >= 0))
        throw core::Error(core::ErrorCode::usage, "--" + option + " takes a number from 0 on, not '" + text + "'", "--" + option, "for example 0.8");
    return value;
}

VerbResult generate(const VerbContext& context) {
    const std::string none;
    core::GenerateRequest request;
    request.model = context.operand(0);
    request.prompt = context.arguments.text("prompt", none);
    request.maxNewTokens = context.arguments.integer("max-new-tokens", request.maxNewTokens, 1);
    request.sampling.temperature = decimal(context.arguments, "temperature", 0);
    request.sampling.topP = decimal(context.arguments, "top-p", 1);
    request.sampling.seed = std::uint64_t(context.arguments.integer("seed", 42, 0));
    request.compute = computeOptions(context.arguments);
    const core::GenerateResult generated = valueOf(core::runGenerate(request, {}, context.events, context.stop));
    VerbResult result;
    result.json = {{"text", generated.text},
                   {"ids", generated.ids},
                   {"prefill_seconds", generated.prefillSeconds},
                   {"decode_tokens_per_second", generated.decodeTokensPerSecond},
                   {"stop_reason", generated.stopReason}};
    result.text = generated.text + "\n";
    return result;
}

} // namespace

Verb generateVerb() {
    return {"generate", "MODEL", "continue a prompt", 1, 1,
            {{"prompt", "TEXT", "what to continue"},
             {"max-new-tokens", "N", "stop after so many tokens (128)"},
             {"temperature", "T", "0: always the likeliest token (0)"},
             {"top-p", "P", "draw from the likeliest tokens that together have this probability (1)"},
             {"seed", "N", "of the draws (42)"}},
            generate};
}

} // namespace awq::app

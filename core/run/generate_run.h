// SPDX-License-Identifier: GPL-3.0-or-later
// Text from a prompt, with any model folder. Blocking; text is passed on as it comes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"
#include "core/run/evaluate_run.h"
#include "core/run/outcome.h"
#include "core/run/sampler.h"

namespace awq::core {

struct GenerateRequest {
    std::filesystem::path model;
    std::string prompt;
    std::int64_t maxNewTokens = 128;
    bool specialTokens = true; // put the tokenizer's special tokens around the prompt; off for formatted chats
    SamplingOptions sampling;
    ComputeOptions compute;
};

struct GenerateResult {
    std::string text;              // without the prompt
    std::vector<std::int32_t> ids; // of the new tokens
    std::int64_t promptTokens = 0;
    double prefillSeconds = 0, decodeTokensPerSecond = 0;
    std::string stopReason; // "end" (the model's end token), "length"
};

// Whole characters only, on the calling thread.
using TextCallback = std::function<void(std::string_view piece)>;

Outcome<GenerateResult> runGenerate(const GenerateRequest& request, const TextCallback& onText, EventSink& sink,
                                    std::stop_token stop);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts as token ids: which tokens a choice's log-likelihood is the sum of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/text/task_file.h"
#include "core/text/tokenizer.h"

namespace awq::core {

struct TaskPrompt {
    std::vector<std::int32_t> ids; // context and continuation
    std::int64_t scoredFrom = 0;   // index of the continuation's first token, at least 1
    bool truncated = false;
};

// Context and continuation are tokenized together, spaces between them counted to the continuation; the tokens beyond
// those of the context alone are scored. An empty context becomes the end-of-text (or first special) token. Keeps the
// last `longest` + 1 tokens, of which the last is only predicted.
TaskPrompt promptOf(const Tokenizer& tokenizer, std::string context, std::string continuation, bool special,
                    std::int64_t longest);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// lm-evaluation-harness's division of a prompt into context and continuation.
#include "core/tensor.h"

#include "core/run/task_prompts.h"

#include "core/error.h"

namespace awq::core {

TaskPrompt promptOf(const Tokenizer& tokenizer, std::string context, std::string continuation, bool special,
                    std::int64_t longest) {
    const std::size_t end = context.find_last_not_of(" \t\n\r\v\f") + 1; // npos + 1 = 0
    continuation.insert(0, context.substr(end));
    context.resize(end);
    TaskPrompt prompt;
    prompt.ids = tokenizer.encode(context + continuation, special);
    prompt.scoredFrom = std::int64_t(tokenizer.encode(context, special).size());
    if (prompt.scoredFrom >= std::int64_t(prompt.ids.size())) // the continuation melted into the context's last token
        prompt.scoredFrom = std::int64_t(prompt.ids.size()) - 1;
    if (prompt.scoredFrom <= 0) {
        const auto first = tokenizer.info().eosId ? tokenizer.info().eosId : tokenizer.info().bosId;
        if (!first || prompt.ids.empty())
            badInput("a prompt has no token before its continuation", tokenizer.info().file.string(),
                     "use a task with a context, or a tokenizer with an end-of-text token");
        prompt.ids.insert(prompt.ids.begin(), *first);
        prompt.scoredFrom = 1;
    }
    const std::int64_t excess = std::int64_t(prompt.ids.size()) - (longest + 1);
    if (excess > 0) {
        if (excess >= prompt.scoredFrom)
            badInput("a continuation is longer than the model's context of " + std::to_string(longest) + " tokens",
                     continuation.substr(0, 40));
        prompt.ids.erase(prompt.ids.begin(), prompt.ids.begin() + excess);
        prompt.scoredFrom -= excess;
        prompt.truncated = true;
    }
    return prompt;
}

} // namespace awq::core

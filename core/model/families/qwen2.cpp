// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2 and Qwen2.5: Llama with biases on query, key and value.
#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"

namespace awq::core {
namespace {

DecoderSpec read(const Config& config) {
    LlamaLikeOptions options;
    options.qkvBias = true;
    options.slidingBlocks = SlidingBlocks::upper;
    return llamaLike(config, options);
}

} // namespace

Family qwen2Family() {
    return {.name = "qwen2",
            .models = "Qwen1.5, Qwen2, Qwen2.5 and their Coder and Math models",
            .architectures = {"Qwen2ForCausalLM"},
            .modelTypes = {"qwen2"},
            .roots = llamaRoots(),
            .read = read,
            .remarks = "With grouped value heads o_proj is not scaled."};
}

} // namespace awq::core

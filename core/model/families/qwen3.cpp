// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen3: Llama with RMSNorm of every query and key head. The norms follow the projections, so scaling stays exact.
#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"

namespace awq::core {
namespace {

DecoderSpec read(const Config& config) {
    LlamaLikeOptions options;
    options.qkvBias = options.outBias = config.boolean({"attention_bias"}, false);
    options.queryKeyNorm = true;
    options.headDim = 128;
    options.slidingBlocks = SlidingBlocks::upper;
    return llamaLike(config, options);
}

} // namespace

Family qwen3Family() {
    return {.name = "qwen3",
            .models = "Qwen3 (dense)",
            .architectures = {"Qwen3ForCausalLM"},
            .modelTypes = {"qwen3"},
            .roots = llamaRoots(),
            .read = read,
            .remarks = "With grouped value heads o_proj is not scaled."};
}

} // namespace awq::core

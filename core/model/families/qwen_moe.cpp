// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2-MoE and Qwen3-MoE: experts with Llama's MLP names, some blocks dense, Qwen2 with a shared expert.
#include <algorithm>

#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"
#include "core/model/families/moe_parts.h"

namespace awq::core {
namespace {

// By the blocks that stay dense and the step between those that do not.
bool hasExperts(const Config& config, std::int64_t block) {
    const std::vector<std::int64_t> dense = config.integers({"mlp_only_layers"});
    const std::int64_t step = readSize(config, {"decoder_sparse_step"}, 1);
    return std::find(dense.begin(), dense.end(), block) == dense.end() && (block + 1) % step == 0;
}

MoeSpec readExperts(const Config& config, std::int64_t hidden, Activation activation) {
    MoeSpec moe = readMoe(config, {"num_experts"}, "mlp", hidden);
    moe.normalizeWeights = config.boolean({"norm_topk_prob"}, false);
    const std::int64_t intermediate = readSize(config, {"moe_intermediate_size"}, 0);
    for (std::int64_t i = 0; i < moe.experts; ++i)
        moe.expert.push_back(gatedMlp("mlp.experts." + std::to_string(i), hidden, intermediate, activation, false));
    return moe;
}

void addSharedExpert(MoeSpec& moe, const Config& config, std::int64_t hidden, Activation activation) {
    const std::int64_t intermediate = readSize(config, {"shared_expert_intermediate_size"}, 5632);
    moe.sharedExpert = gatedMlp("mlp.shared_expert", hidden, intermediate, activation, false);
    moe.sharedGate = {"mlp.shared_expert_gate", 1, hidden, false, LinearRole::sharedGate};
}

DecoderSpec withExperts(DecoderSpec spec, const Config& config, bool sharedExpert) {
    for (std::size_t i = 0; i < spec.blocks.size(); ++i) {
        BlockSpec& block = spec.blocks[i];
        if (!hasExperts(config, std::int64_t(i)))
            continue;
        MoeSpec moe = readExperts(config, spec.hidden, block.mlp.activation);
        if (sharedExpert)
            addSharedExpert(moe, config, spec.hidden, block.mlp.activation);
        setMoe(block, std::move(moe));
    }
    return spec;
}

DecoderSpec readQwen2(const Config& config) {
    LlamaLikeOptions options;
    options.qkvBias = config.boolean({"qkv_bias"}, true);
    options.slidingBlocks = SlidingBlocks::upper;
    return withExperts(llamaLike(config, options), config, true);
}

DecoderSpec readQwen3(const Config& config) {
    LlamaLikeOptions options;
    options.qkvBias = options.outBias = config.boolean({"attention_bias"}, false);
    options.queryKeyNorm = true;
    options.slidingBlocks = SlidingBlocks::upper;
    return withExperts(llamaLike(config, options), config, false);
}

} // namespace

Family qwen2MoeFamily() {
    return {.name = "qwen2_moe",
            .models = "Qwen1.5-MoE, Qwen2-MoE",
            .architectures = {"Qwen2MoeForCausalLM"},
            .modelTypes = {"qwen2_moe"},
            .roots = llamaRoots(),
            .read = readQwen2,
            .remarks = "Router and shared expert's gate stay in float and are scaled with the experts."};
}

Family qwen3MoeFamily() {
    return {
        .name = "qwen3_moe",
        .models = "Qwen3-30B-A3B, Qwen3-235B-A22B, Qwen3-Coder",
        .architectures = {"Qwen3MoeForCausalLM"},
        .modelTypes = {"qwen3_moe"},
        .roots = llamaRoots(),
        .read = readQwen3,
        .remarks =
            "The router stays in float and is scaled with the experts; o_proj is not scaled (grouped value heads)."};
}

} // namespace awq::core

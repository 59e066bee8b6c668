// SPDX-License-Identifier: GPL-3.0-or-later
// Mixtral: Mistral with a mixture of experts. The router reads the norm that is scaled, so it is scaled too and stays
// in float.
#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"
#include "core/model/families/moe_parts.h"

namespace awq::core {
namespace {

MlpSpec expert(std::int64_t index, std::int64_t hidden, std::int64_t intermediate, Activation activation) {
    const std::string name = "block_sparse_moe.experts." + std::to_string(index);
    MlpSpec mlp;
    mlp.name = name;
    mlp.activation = activation;
    mlp.gate = {name + ".w1", intermediate, hidden, false, LinearRole::gate};
    mlp.up = {name + ".w3", intermediate, hidden, false, LinearRole::up};
    mlp.down = {name + ".w2", hidden, intermediate, false, LinearRole::down};
    return mlp;
}

DecoderSpec read(const Config& config) {
    LlamaLikeOptions options;
    options.ropeTheta = 1e6;
    options.epsilon = 1e-5;
    options.slidingBlocks = SlidingBlocks::all;
    DecoderSpec spec = llamaLike(config, options);
    for (BlockSpec& block : spec.blocks) {
        MoeSpec moe = readMoe(config, {"num_local_experts"}, "block_sparse_moe", spec.hidden);
        moe.normalizeWeights = true;
        for (std::int64_t i = 0; i < moe.experts; ++i)
            moe.expert.push_back(expert(i, spec.hidden, block.mlp.up.out, block.mlp.activation));
        setMoe(block, std::move(moe));
    }
    return spec;
}

} // namespace

Family mixtralFamily() {
    return {
        .name = "mixtral",
        .models = "Mixtral 8x7B, 8x22B",
        .architectures = {"MixtralForCausalLM"},
        .modelTypes = {"mixtral"},
        .roots = llamaRoots(),
        .read = read,
        .remarks =
            "The router stays in float and is scaled with the experts; o_proj is not scaled (grouped value heads)."};
}

} // namespace awq::core

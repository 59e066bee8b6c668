// SPDX-License-Identifier: GPL-3.0-or-later
// StarCoder2: Llama's attention with biases, LayerNorm, a plain MLP.
#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"

namespace awq::core {
namespace {

DecoderSpec read(const Config& config) {
    if (config.text({"norm_type"}, "layer_norm") != "layer_norm")
        config.refuse("norm_type", "only layer_norm is known");
    if (config.text({"mlp_type"}, "default") != "default")
        config.refuse("mlp_type", "only the default MLP is known");
    const bool bias = config.boolean({"use_bias"}, true);
    LlamaLikeOptions options;
    options.qkvBias = options.outBias = bias;
    options.tiedByDefault = true;
    options.slidingBlocks = SlidingBlocks::all;
    DecoderSpec spec = llamaLike(config, options);
    const double epsilon = config.number({"norm_epsilon"}, 1e-5);
    const auto layerNorm = [&](const NormSpec& norm) {
        return NormSpec{norm.name, NormKind::layer, spec.hidden, epsilon, true};
    };
    for (BlockSpec& block : spec.blocks) {
        block.attentionNorm = layerNorm(block.attentionNorm);
        block.mlpNorm = layerNorm(block.mlpNorm);
        block.mlp = plainMlp({"mlp", "mlp.c_fc", "mlp.c_proj", "mlp.act"}, spec.hidden, block.mlp.up.out, bias);
        block.mlp.activation = readActivation(config, {"hidden_act", "activation_function"}, "gelu_pytorch_tanh");
        block.scaleSets = {block.scaleSets[0], block.scaleSets[1],
                           normSet(block.mlpNorm, {block.mlp.up.name}, inspectMlp("mlp")), activationSet(block.mlp)};
    }
    spec.head.norm = layerNorm(spec.head.norm);
    return spec;
}

} // namespace

Family starcoder2Family() {
    return {.name = "starcoder2",
            .models = "StarCoder2 3B, 7B, 15B",
            .architectures = {"Starcoder2ForCausalLM"},
            .modelTypes = {"starcoder2"},
            .roots = llamaRoots(),
            .read = read,
            .remarks = "With grouped value heads o_proj is not scaled; mlp.c_proj only with stored activation scales."};
}

} // namespace awq::core

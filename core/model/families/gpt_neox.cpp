// SPDX-License-Identifier: GPL-3.0-or-later
// GPT-NeoX and Pythia: LayerNorm, rotary positions on part of a head, parallel or sequential, per head query, key,
// value.
#include "core/model/families/all.h"
#include "core/model/families/parts.h"
#include "core/model/families/rope_settings.h"

namespace awq::core {
namespace {

DecoderSpec read(const Config& config) {
    DecoderSpec spec;
    spec.hidden = readSize(config, {"hidden_size"}, 6144);
    spec.maximumPositions = config.integer({"max_position_embeddings"}, 2048);
    spec.blockPrefix = "layers.";
    const double epsilon = config.number({"layer_norm_eps"}, 1e-5);
    const auto norm = [&](const char* name) { return NormSpec{name, NormKind::layer, spec.hidden, epsilon, true}; };
    const std::int64_t heads = readSize(config, {"num_attention_heads"}, 64);
    requireDivisible(config, spec.hidden, heads, "num_attention_heads");
    BlockSpec block;
    block.wiring = config.boolean({"use_parallel_residual"}, true) ? Wiring::parallel : Wiring::sequential;
    block.attentionNorm = norm("input_layernorm");
    block.mlpNorm = norm("post_attention_layernorm");
    block.attention = fusedAttention({"attention", "attention.query_key_value", "attention.dense"}, spec.hidden, heads,
                                     heads, FusedRows::grouped, config.boolean({"attention_bias"}, true));
    block.attention.rope = readRope(config, block.attention.headDim, {.partialFactor = 0.25});
    block.mlp = plainMlp({"mlp", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h", "mlp.act"}, spec.hidden,
                         readSize(config, {"intermediate_size"}, 24576), true);
    block.mlp.activation = readActivation(config, {"hidden_act"}, "gelu");
    block.scaleSets = gptScaleSets(block);
    spec.blocks.assign(readCount(config, {"num_hidden_layers"}, 44), block);
    setEnds(spec, config, "embed_in", norm("final_layer_norm"), "embed_out", false);
    return spec;
}

} // namespace

Family gptNeoxFamily() {
    return {.name = "gpt_neox",
            .models = "GPT-NeoX 20B, Pythia, Dolly v2, StableLM-Alpha, RedPajama-INCITE",
            .architectures = {"GPTNeoXForCausalLM"},
            .modelTypes = {"gpt_neox"},
            .roots = {{"gpt_neox.", ""}, {"", ""}},
            .read = read,
            .remarks =
                "dense is not scaled (value rows lie between query and key rows); dense_4h_to_h only with stored "
                "activation scales."};
}

} // namespace awq::core

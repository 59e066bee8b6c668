// SPDX-License-Identifier: GPL-3.0-or-later
// BLOOM: LayerNorm, ALiBi, per head query, key, value in one weight, a norm on the embedding.
#include "core/model/families/all.h"
#include "core/model/families/parts.h"

namespace awq::core {
namespace {

constexpr const char* normIsResidual =
    "apply_residual_connection_post_layernorm: the norm's output goes on as the residual too, which must not be scaled";

DecoderSpec read(const Config& config) {
    DecoderSpec spec;
    spec.hidden = readSize(config, {"hidden_size", "n_embed", "n_embd"}, 0);
    spec.maximumPositions = config.integer({"seq_length"}, 2048);
    spec.blockPrefix = "h.";
    const double epsilon = config.number({"layer_norm_epsilon"}, 1e-5);
    const auto norm = [&](const char* name) { return NormSpec{name, NormKind::layer, spec.hidden, epsilon, true}; };
    const std::int64_t heads = readSize(config, {"n_head", "num_attention_heads"}, 0);
    requireDivisible(config, spec.hidden, heads, "n_head");
    BlockSpec block;
    block.residualAfterNorm = config.boolean({"apply_residual_connection_post_layernorm"}, false);
    block.attentionNorm = norm("input_layernorm");
    block.mlpNorm = norm("post_attention_layernorm");
    block.attention = fusedAttention({"self_attention", "self_attention.query_key_value", "self_attention.dense"},
                                     spec.hidden, heads, heads, FusedRows::grouped, true);
    block.attention.alibi = AlibiSpec{};
    block.mlp = plainMlp({"mlp", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h", "mlp.gelu_impl"}, spec.hidden,
                         4 * spec.hidden, true);
    block.mlp.activation = Activation::geluTanh;
    block.scaleSets = gptScaleSets(block);
    if (block.residualAfterNorm)
        for (ScaleSet& set : block.scaleSets)
            if (set.kind == ProducerKind::norm)
                set = skipped(set, normIsResidual);
    spec.blocks.assign(readCount(config, {"n_layer", "num_hidden_layers"}, 0), block);
    spec.embedding.norm = norm("word_embeddings_layernorm");
    setEnds(spec, config, "word_embeddings", norm("ln_f"), "lm_head", true);
    return spec;
}

} // namespace

Family bloomFamily() {
    return {.name = "bloom",
            .models = "BLOOM, BLOOMZ 560M to 176B",
            .architectures = {"BloomForCausalLM", "BloomModel"},
            .modelTypes = {"bloom"},
            .roots = {{"transformer.", ""}, {"", ""}},
            .read = read,
            .remarks =
                "dense is not scaled (value rows lie between query and key rows); dense_4h_to_h only with stored "
                "activation scales."};
}

} // namespace awq::core

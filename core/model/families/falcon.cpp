// SPDX-License-Identifier: GPL-3.0-or-later
// Falcon: 7B (one key-value head, one norm), 40B and 180B (grouped heads, two norms), 11B (grouped heads, one norm), RW
// (ALiBi, sequential).
#include "core/model/families/all.h"
#include "core/model/families/parts.h"
#include "core/model/families/rope_settings.h"

namespace awq::core {
namespace {

struct Variant {
    bool newArchitecture = false, multiQuery = true, parallel = true;
    bool twoNorms = false; // of a parallel block
};

Variant readVariant(const Config& config) {
    Variant variant;
    // The first 40B repositories have a model type of their own instead of the setting.
    variant.newArchitecture =
        config.boolean({"new_decoder_architecture"}, config.text({"model_type"}, "") == "RefinedWeb");
    variant.multiQuery = config.boolean({"multi_query"}, true);
    variant.parallel = config.boolean({"parallel_attn"}, true);
    if (variant.newArchitecture && !variant.parallel)
        config.refuse("parallel_attn", "the new decoder architecture is parallel");
    const std::int64_t norms = config.integer({"num_ln_in_parallel_attn"}, variant.newArchitecture ? 2 : 1);
    if (norms != 1 && norms != 2)
        config.refuse("num_ln_in_parallel_attn", "it must be 1 or 2");
    variant.twoNorms = variant.parallel && norms == 2;
    return variant;
}

std::int64_t keyHeads(const Config& config, const Variant& variant, std::int64_t heads) {
    const std::int64_t grouped = readSize(config, {"num_kv_heads", "n_head_kv"}, heads);
    if (variant.newArchitecture)
        return grouped;
    return variant.multiQuery ? 1 : heads;
}

AttentionSpec readAttention(const Config& config, const Variant& variant, std::int64_t hidden, bool bias) {
    const std::int64_t heads = readSize(config, {"num_attention_heads", "n_head"}, 0);
    const std::int64_t kvHeads = keyHeads(config, variant, heads);
    requireDivisible(config, hidden, heads, "num_attention_heads");
    requireDivisible(config, heads, kvHeads, "num_kv_heads");
    const bool allQueriesFirst = !variant.newArchitecture && variant.multiQuery;
    AttentionSpec attention =
        fusedAttention({"self_attention", "self_attention.query_key_value", "self_attention.dense"}, hidden, heads,
                       kvHeads, allQueriesFirst ? FusedRows::contiguous : FusedRows::grouped, bias);
    const RopeSpec rope = readRope(config, attention.headDim);
    if (config.boolean({"alibi"}, false))
        attention.alibi = AlibiSpec{.bfloat16 = true, .beforeScale = true};
    else
        attention.rope = rope;
    return attention;
}

void setNorms(BlockSpec& block, const Config& config, const Variant& variant, std::int64_t hidden) {
    const double epsilon = config.number({"layer_norm_epsilon"}, 1e-5);
    const auto norm = [&](const char* name) { return NormSpec{name, NormKind::layer, hidden, epsilon, true}; };
    block.attentionNorm = norm(variant.twoNorms ? "ln_attn" : "input_layernorm");
    if (variant.twoNorms)
        block.mlpNorm = norm("ln_mlp");
    else if (!variant.parallel)
        block.mlpNorm = norm("post_attention_layernorm");
}

// With one norm both branches read its output and share one scale.
std::vector<ScaleSet> scaleSets(const BlockSpec& block) {
    std::vector<ScaleSet> sets = gptScaleSets(block);
    if (block.mlpNorm)
        return sets;
    sets[0].consumers = {block.mlp.up.name, block.attention.qkv.name};
    sets[0].inspected = {InspectedKind::branches, "block"};
    sets.erase(sets.begin() + 2);
    return sets;
}

DecoderSpec read(const Config& config) {
    const Variant variant = readVariant(config);
    const bool bias = config.boolean({"bias"}, false);
    DecoderSpec spec;
    spec.hidden = readSize(config, {"hidden_size", "n_embed"}, 4544);
    spec.maximumPositions = config.integer({"max_position_embeddings"}, 2048);
    spec.blockPrefix = "h.";
    BlockSpec block;
    block.wiring = variant.parallel ? Wiring::parallel : Wiring::sequential;
    setNorms(block, config, variant, spec.hidden);
    block.attention = readAttention(config, variant, spec.hidden, bias);
    block.mlp = plainMlp({"mlp", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h", "mlp.act"}, spec.hidden,
                         readSize(config, {"ffn_hidden_size"}, 4 * spec.hidden), bias);
    block.mlp.activation = readActivation(config, {"activation"}, "gelu");
    block.scaleSets = scaleSets(block);
    spec.blocks.assign(readCount(config, {"num_hidden_layers", "n_layer"}, 32), block);
    const double epsilon = config.number({"layer_norm_epsilon"}, 1e-5);
    setEnds(spec, config, "word_embeddings", {"ln_f", NormKind::layer, spec.hidden, epsilon, true}, "lm_head", true);
    return spec;
}

} // namespace

Family falconFamily() {
    return {.name = "falcon",
            .models = "Falcon 7B, 11B, 40B, 180B, RW",
            .architectures = {"FalconForCausalLM", "RWForCausalLM"},
            .modelTypes = {"falcon", "RefinedWeb", "RefinedWebModel"},
            .roots = {{"transformer.", ""}, {"", ""}},
            .read = read,
            .remarks =
                "dense is not scaled (shared or interleaved value rows); dense_4h_to_h only with stored activation "
                "scales; 7B needs group size 64."};
}

} // namespace awq::core

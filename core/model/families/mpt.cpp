// SPDX-License-Identifier: GPL-3.0-or-later
// MPT: LayerNorm without bias, ALiBi, no biases anywhere, query, key and value as thirds of one weight.
#include "core/model/families/all.h"
#include "core/model/families/parts.h"

namespace awq::core {
namespace {

// Variants of the training code that Transformers does not compute either.
void refuseVariants(const Config& config, const Config& attention, std::int64_t heads) {
    if (!attention.boolean({"alibi"}, true))
        attention.refuse("alibi", "only MPT with ALiBi positions is known");
    if (attention.boolean({"qk_ln"}, false))
        attention.refuse("qk_ln", "norms of query and key are not known");
    if (attention.boolean({"prefix_lm"}, false))
        attention.refuse("prefix_lm", "only causal attention is known");
    if (attention.text({"attn_type"}, "multihead_attention") != "multihead_attention")
        attention.refuse("attn_type", "only multihead_attention is known");
    if (attention.integer({"kv_n_heads"}, heads) != heads)
        attention.refuse("kv_n_heads", "shared key and value heads are not known");
    if (attention.boolean({"rope"}, false))
        attention.refuse("rope", "only MPT with ALiBi positions is known");
    if (config.has({"logit_scale"}))
        config.refuse("logit_scale", "scaled logits are not known");
    if (!config.boolean({"no_bias"}, true))
        config.refuse("no_bias", "MPT with biases is not known");
    if (config.text({"norm_type"}, "low_precision_layernorm").find("layernorm") == std::string::npos)
        config.refuse("norm_type", "only layer norms are known");
}

AttentionSpec readAttention(const Config& config, std::int64_t hidden) {
    const std::int64_t heads = readSize(config, {"n_heads"}, 16);
    requireDivisible(config, hidden, heads, "n_heads");
    AttentionSpec attention =
        fusedAttention({"attn", "attn.Wqkv", "attn.out_proj"}, hidden, heads, heads, FusedRows::contiguous, false);
    const Config settings = config.objectOrEmpty({"attn_config"});
    refuseVariants(config, settings, heads);
    attention.alibi = AlibiSpec{.maximumBias = settings.number({"alibi_bias_max"}, 8)};
    attention.clipQkv = settings.number({"clip_qkv"}, 0);
    attention.scale = settings.number({"softmax_scale"}, attention.scale);
    return attention;
}

// The value rows are the last third and each feeds one channel.
ScaleSet valueRowsSet(const AttentionSpec& attention, std::int64_t hidden) {
    ScaleSet set = linearSet(attention.qkv, attention.out, 2 * hidden);
    return attention.clipQkv > 0 ? skipped(std::move(set), "clip_qkv clamps the values in between") : set;
}

DecoderSpec read(const Config& config) {
    DecoderSpec spec;
    spec.hidden = readSize(config, {"d_model", "hidden_size"}, 2048);
    spec.maximumPositions = config.integer({"max_seq_len"}, 2048);
    spec.blockPrefix = "blocks.";
    const double epsilon = config.number({"layer_norm_epsilon"}, 1e-5);
    const auto norm = [&](const char* name) { return NormSpec{name, NormKind::layer, spec.hidden, epsilon}; };
    BlockSpec block;
    block.attentionNorm = norm("norm_1");
    block.mlpNorm = norm("norm_2");
    block.attention = readAttention(config, spec.hidden);
    block.mlp = plainMlp({"ffn", "ffn.up_proj", "ffn.down_proj", "ffn.act"}, spec.hidden,
                         readSize(config, {"expansion_ratio"}, 4) * spec.hidden, false);
    block.mlp.activation = Activation::gelu;
    block.scaleSets = gptScaleSets(block);
    block.scaleSets[1] = valueRowsSet(block.attention, spec.hidden);
    spec.blocks.assign(readCount(config, {"n_layers"}, 24), block);
    setEnds(spec, config, "wte", norm("norm_f"), "lm_head", true);
    return spec;
}

} // namespace

Family mptFamily() {
    return {.name = "mpt",
            .models = "MPT 7B, 30B and their Chat, Instruct, StoryWriter models",
            .architectures = {"MPTForCausalLM", "MptForCausalLM"},
            .modelTypes = {"mpt"},
            .roots = {{"transformer.", ""}, {"", ""}},
            .read = read,
            .remarks = "out_proj is not scaled with clip_qkv; down_proj only with stored activation scales."};
}

} // namespace awq::core

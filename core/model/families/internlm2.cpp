// SPDX-License-Identifier: GPL-3.0-or-later
// InternLM2: Llama's computation under other names, with query, key and value of a key head side by side in one weight.
#include "core/model/families/all.h"
#include "core/model/families/parts.h"
#include "core/model/families/rope_settings.h"

namespace awq::core {
namespace {

AttentionSpec readAttention(const Config& config, std::int64_t hidden) {
    const std::int64_t heads = readSize(config, {"num_attention_heads"}, 32);
    const std::int64_t kvHeads = readSize(config, {"num_key_value_heads"}, heads);
    requireDivisible(config, hidden, heads, "num_attention_heads");
    requireDivisible(config, heads, kvHeads, "num_key_value_heads");
    AttentionSpec attention = fusedAttention({"attention", "attention.wqkv", "attention.wo"}, hidden, heads, kvHeads,
                                             FusedRows::grouped, config.boolean({"bias"}, true));
    attention.rope = readRope(config, attention.headDim);
    return attention;
}

MlpSpec readMlp(const Config& config, std::int64_t hidden) {
    const std::int64_t intermediate = readSize(config, {"intermediate_size"}, 11008);
    MlpSpec mlp;
    mlp.name = "feed_forward";
    mlp.activation = readActivation(config, {"hidden_act"}, "silu");
    mlp.gate = {"feed_forward.w1", intermediate, hidden, false, LinearRole::gate};
    mlp.up = {"feed_forward.w3", intermediate, hidden, false, LinearRole::up};
    mlp.down = {"feed_forward.w2", hidden, intermediate, false, LinearRole::down};
    return mlp;
}

DecoderSpec read(const Config& config) {
    DecoderSpec spec;
    spec.hidden = readSize(config, {"hidden_size"}, 4096);
    spec.maximumPositions = config.integer({"max_position_embeddings"}, 2048);
    spec.blockPrefix = "layers.";
    const double epsilon = config.number({"rms_norm_eps"}, 1e-6);
    const auto norm = [&](const char* name) { return NormSpec{name, NormKind::rms, spec.hidden, epsilon}; };
    BlockSpec block;
    block.attentionNorm = norm("attention_norm");
    block.mlpNorm = norm("ffn_norm");
    block.attention = readAttention(config, spec.hidden);
    block.mlp = readMlp(config, spec.hidden);
    block.scaleSets = {normSet(block.attentionNorm, {block.attention.qkv.name}, inspectAttention(block.attention)),
                       fusedValueSet(block.attention),
                       normSet(block.mlpNorm, {block.mlp.gate.name, block.mlp.up.name}, inspectMlp(block.mlp.name)),
                       linearSet(block.mlp.up, block.mlp.down)};
    spec.blocks.assign(readCount(config, {"num_hidden_layers"}, 32), block);
    setEnds(spec, config, "tok_embeddings", norm("norm"), "output", false);
    return spec;
}

} // namespace

Family internlm2Family() {
    return {.name = "internlm2",
            .models = "InternLM2, InternLM2.5",
            .architectures = {"InternLM2ForCausalLM"},
            .modelTypes = {"internlm2"},
            .roots = {{"model.", ""}, {"language_model.model.", "language_model."}, {"", ""}},
            .read = read,
            .remarks = "attention.wo is not scaled (value rows lie between query and key rows)."};
}

} // namespace awq::core

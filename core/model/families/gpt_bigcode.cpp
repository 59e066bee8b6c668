// SPDX-License-Identifier: GPL-3.0-or-later
// StarCoder and SantaCoder: LayerNorm, learned positions, one key-value head for all query heads.
#include "core/model/families/all.h"
#include "core/model/families/parts.h"

namespace awq::core {
namespace {

AttentionSpec readAttention(const Config& config, std::int64_t hidden) {
    const std::int64_t heads = readSize(config, {"n_head", "num_attention_heads"}, 12);
    requireDivisible(config, hidden, heads, "n_head");
    const bool multiQuery = config.boolean({"multi_query"}, true);
    AttentionSpec attention =
        fusedAttention({"attn", "attn.c_attn", "attn.c_proj"}, hidden, heads, multiQuery ? 1 : heads,
                       multiQuery ? FusedRows::contiguous : FusedRows::grouped, true);
    if (!config.boolean({"scale_attn_weights"}, true))
        attention.scale = 1;
    return attention;
}

DecoderSpec read(const Config& config) {
    if (config.boolean({"add_cross_attention"}, false))
        config.refuse("add_cross_attention", "only decoders are known");
    DecoderSpec spec;
    spec.hidden = readSize(config, {"n_embd", "hidden_size"}, 768);
    spec.maximumPositions = readSize(config, {"n_positions", "max_position_embeddings"}, 1024);
    spec.blockPrefix = "h.";
    const double epsilon = config.number({"layer_norm_epsilon"}, 1e-5);
    const auto norm = [&](const char* name) { return NormSpec{name, NormKind::layer, spec.hidden, epsilon, true}; };
    BlockSpec block;
    block.attentionNorm = norm("ln_1");
    block.mlpNorm = norm("ln_2");
    block.attention = readAttention(config, spec.hidden);
    block.mlp = plainMlp({"mlp", "mlp.c_fc", "mlp.c_proj", "mlp.act"}, spec.hidden,
                         readSize(config, {"n_inner"}, 4 * spec.hidden), true);
    block.mlp.activation = readActivation(config, {"activation_function"}, "gelu_pytorch_tanh");
    block.scaleSets = gptScaleSets(block);
    spec.blocks.assign(readCount(config, {"n_layer", "num_hidden_layers"}, 12), block);
    spec.embedding.positions = "wpe.weight";
    spec.embedding.positionRows = spec.maximumPositions;
    setEnds(spec, config, "wte", norm("ln_f"), "lm_head", true);
    return spec;
}

} // namespace

Family gptBigcodeFamily() {
    return {.name = "gpt_bigcode",
            .models = "StarCoder, StarCoderBase, StarChat, SantaCoder",
            .architectures = {"GPTBigCodeForCausalLM"},
            .modelTypes = {"gpt_bigcode"},
            .roots = {{"transformer.", ""}, {"", ""}},
            .read = read,
            .remarks =
                "attn.c_proj is not scaled (all heads share the value rows); mlp.c_proj only with stored activation "
                "scales."};
}

} // namespace awq::core

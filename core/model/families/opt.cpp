// SPDX-License-Identifier: GPL-3.0-or-later
// OPT: LayerNorm, learned positions, ReLU; the 350M model has its norms after the residual and projects its embedding.
#include "core/model/families/all.h"
#include "core/model/families/parts.h"

namespace awq::core {
namespace {

constexpr double epsilon = 1e-5;
constexpr const char* normAfterResidual =
    "the norm comes after the residual: its output goes on as the residual too, which must not be scaled";

AttentionSpec readAttention(const Config& config, std::int64_t hidden, bool bias) {
    AttentionSpec attention;
    attention.name = "self_attn";
    attention.heads = attention.kvHeads = readSize(config, {"num_attention_heads"}, 12);
    requireDivisible(config, hidden, attention.heads, "num_attention_heads");
    setHeadDim(attention, hidden / attention.heads);
    attention.scaleQuery = true;
    attention.query = {"self_attn.q_proj", hidden, hidden, bias, LinearRole::query};
    attention.key = {"self_attn.k_proj", hidden, hidden, bias, LinearRole::key};
    attention.value = {"self_attn.v_proj", hidden, hidden, bias, LinearRole::value};
    attention.out = {"self_attn.out_proj", hidden, hidden, bias, LinearRole::attentionOut};
    return attention;
}

std::vector<ScaleSet> scaleSets(const BlockSpec& block) {
    const AttentionSpec& attention = block.attention;
    const auto ofNorm = [&](ScaleSet set) {
        return block.wiring == Wiring::postNorm ? skipped(std::move(set), normAfterResidual) : set;
    };
    ScaleSet down = linearSet(block.mlp.up, block.mlp.down);
    if (block.mlp.activation != Activation::relu)
        down = skipped(std::move(down),
                       "a scale passes through ReLU, but not through " + std::string(nameOf(block.mlp.activation)));
    return {ofNorm(normSet(block.attentionNorm, {attention.query.name, attention.key.name, attention.value.name},
                           inspectAttention(attention))),
            valueSet(attention), ofNorm(normSet(block.mlpNorm, {block.mlp.up.name}, inspectLinear(block.mlp.up))),
            down};
}

// Two rows come before the first position.
void setEmbedding(DecoderSpec& spec, const Config& config) {
    spec.maximumPositions = readSize(config, {"max_position_embeddings"}, 2048);
    spec.embedding.positions = "embed_positions.weight";
    spec.embedding.positionRows = spec.maximumPositions + 2;
    spec.embedding.positionOffset = 2;
    spec.embedding.width = readSize(config, {"word_embed_proj_dim"}, spec.hidden);
    if (spec.embedding.width == spec.hidden)
        return;
    spec.embedding.projectIn = {"project_in", spec.hidden, spec.embedding.width};
    spec.head.projectOut = {"project_out", spec.embedding.width, spec.hidden};
}

DecoderSpec read(const Config& config) {
    if (!config.boolean({"layer_norm_elementwise_affine"}, true))
        config.refuse("layer_norm_elementwise_affine", "norms without weights have nothing that absorbs a scale");
    const bool bias = config.boolean({"enable_bias"}, true);
    const bool normFirst = config.boolean({"do_layer_norm_before"}, true);
    DecoderSpec spec;
    spec.hidden = readSize(config, {"hidden_size", "d_model"}, 768);
    spec.blockPrefix = "layers.";
    setEmbedding(spec, config);
    BlockSpec block;
    block.wiring = normFirst ? Wiring::sequential : Wiring::postNorm;
    block.attentionNorm = {"self_attn_layer_norm", NormKind::layer, spec.hidden, epsilon, true};
    block.mlpNorm = {"final_layer_norm", NormKind::layer, spec.hidden, epsilon, true};
    block.attention = readAttention(config, spec.hidden, bias);
    block.mlp = plainMlp({"", "fc1", "fc2", ""}, spec.hidden, readSize(config, {"ffn_dim"}, 4 * spec.hidden), bias);
    block.mlp.activation = readActivation(config, {"activation_function"}, "relu");
    block.scaleSets = scaleSets(block);
    spec.blocks.assign(readCount(config, {"num_hidden_layers"}, 12), block);
    NormSpec finalNorm;
    if (normFirst && !config.boolean({"_remove_final_layer_norm"}, false))
        finalNorm = {"final_layer_norm", NormKind::layer, spec.hidden, epsilon, true};
    setEnds(spec, config, "embed_tokens", finalNorm, "lm_head", true);
    return spec;
}

} // namespace

Family optFamily() {
    return {.name = "opt",
            .models = "OPT 125M to 66B, Galactica",
            .architectures = {"OPTForCausalLM"},
            .modelTypes = {"opt"},
            .roots = {{"model.decoder.", ""}, {"decoder.", ""}, {"", ""}},
            .read = read,
            .remarks = "OPT-350M (norm after the residual): only out_proj and fc2 are scaled."};
}

} // namespace awq::core

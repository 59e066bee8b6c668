// SPDX-License-Identifier: GPL-3.0-or-later
// Builds Llama-like decoders from their settings.
#include "core/model/families/llama_like.h"

#include "core/model/families/rope_settings.h"

namespace awq::core {
namespace {

AttentionSpec readAttention(const Config& config, const LlamaLikeOptions& options, std::int64_t hidden) {
    AttentionSpec attention;
    attention.name = "self_attn";
    attention.heads = readSize(config, {"num_attention_heads"}, 32);
    attention.kvHeads = readSize(config, {"num_key_value_heads"}, attention.heads);
    requireDivisible(config, attention.heads, attention.kvHeads, "num_key_value_heads");
    if (options.headDim == 0 && !config.has({"head_dim"}))
        requireDivisible(config, hidden, attention.heads, "num_attention_heads");
    setHeadDim(attention,
               readSize(config, {"head_dim"}, options.headDim > 0 ? options.headDim : hidden / attention.heads));
    attention.rope = readRope(config, attention.headDim, {.theta = options.ropeTheta});
    const std::int64_t queryRows = attention.heads * attention.headDim;
    const std::int64_t keyRows = attention.kvHeads * attention.headDim;
    attention.query = {"self_attn.q_proj", queryRows, hidden, options.qkvBias, LinearRole::query};
    attention.key = {"self_attn.k_proj", keyRows, hidden, options.qkvBias, LinearRole::key};
    attention.value = {"self_attn.v_proj", keyRows, hidden, options.qkvBias, LinearRole::value};
    attention.out = {"self_attn.o_proj", hidden, queryRows, options.outBias, LinearRole::attentionOut};
    if (options.queryKeyNorm) {
        const double epsilon = config.number({"rms_norm_eps"}, options.epsilon);
        attention.queryNorm = {"self_attn.q_norm", NormKind::rms, attention.headDim, epsilon};
        attention.keyNorm = {"self_attn.k_norm", NormKind::rms, attention.headDim, epsilon};
    }
    return attention;
}

std::string blockType(const Config& config, SlidingBlocks sliding, std::int64_t block) {
    const bool upper = sliding == SlidingBlocks::upper && config.boolean({"use_sliding_window"}, false) &&
                       block >= config.integer({"max_window_layers"}, 28);
    return sliding == SlidingBlocks::all || upper ? "sliding_attention" : "full_attention";
}

// Keys a query of each block sees; 0: all.
std::vector<std::int64_t> readWindows(const Config& config, std::int64_t blocks, SlidingBlocks sliding) {
    std::vector<std::int64_t> windows(blocks, 0);
    const std::vector<std::string> types = config.texts({"layer_types"});
    if (!types.empty() && std::int64_t(types.size()) != blocks)
        config.refuse("layer_types", "there are " + std::to_string(blocks) + " blocks");
    for (std::int64_t i = 0; i < blocks; ++i) {
        const std::string type = types.empty() ? blockType(config, sliding, i) : types[i];
        if (type == "sliding_attention")
            windows[i] = config.integer({"sliding_window"}, 0);
        else if (type != "full_attention")
            config.refuse("layer_types", "'" + type + "' is neither full_attention nor sliding_attention");
    }
    return windows;
}

std::vector<ScaleSet> scaleSets(const BlockSpec& block) {
    const AttentionSpec& attention = block.attention;
    return {
        normSet(block.attentionNorm, {attention.query.name, attention.key.name, attention.value.name},
                inspectAttention(attention)),
        valueSet(attention),
        normSet(block.mlpNorm, {block.mlp.gate.name, block.mlp.up.name}, inspectMlp(block.mlp.name)),
        linearSet(block.mlp.up, block.mlp.down),
    };
}

} // namespace

MlpSpec gatedMlp(const std::string& name, std::int64_t hidden, std::int64_t intermediate, Activation activation,
                 bool bias) {
    MlpSpec mlp;
    mlp.name = name;
    mlp.activation = activation;
    mlp.gate = {name + ".gate_proj", intermediate, hidden, bias, LinearRole::gate};
    mlp.up = {name + ".up_proj", intermediate, hidden, bias, LinearRole::up};
    mlp.down = {name + ".down_proj", hidden, intermediate, bias, LinearRole::down};
    return mlp;
}

DecoderSpec llamaLike(const Config& config, const LlamaLikeOptions& options) {
    DecoderSpec spec;
    spec.hidden = readSize(config, {"hidden_size"}, 4096);
    spec.maximumPositions = config.integer({"max_position_embeddings"}, 2048);
    spec.blockPrefix = "layers.";
    const double epsilon = config.number({"rms_norm_eps"}, options.epsilon);
    BlockSpec block;
    block.attentionNorm = {"input_layernorm", NormKind::rms, spec.hidden, epsilon};
    block.mlpNorm = {"post_attention_layernorm", NormKind::rms, spec.hidden, epsilon};
    block.attention = readAttention(config, options, spec.hidden);
    block.mlp = gatedMlp("mlp", spec.hidden, readSize(config, {"intermediate_size"}, 11008),
                         readActivation(config, {"hidden_act"}, "silu"), options.mlpBias);
    block.scaleSets = scaleSets(block);
    spec.blocks.assign(readCount(config, {"num_hidden_layers"}, 32), block);
    const auto windows = readWindows(config, std::int64_t(spec.blocks.size()), options.slidingBlocks);
    for (std::size_t i = 0; i < spec.blocks.size(); ++i)
        spec.blocks[i].attention.window = windows[i];
    setEnds(spec, config, "embed_tokens", {"norm", NormKind::rms, spec.hidden, epsilon}, "lm_head",
            options.tiedByDefault);
    return spec;
}

std::vector<TensorRoot> llamaRoots() {
    return {{"model.", ""},
            {"language_model.model.", "language_model."},
            {"model.language_model.", ""},
            {"llm.model.", "llm."},
            {"", ""}};
}

} // namespace awq::core

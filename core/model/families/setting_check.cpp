// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts unread settings into harmful, harmless and unknown.
#include "core/model/families/setting_check.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

namespace awq::core {
namespace {

// They change the function wherever they occur.
constexpr std::array<std::string_view, 34> harmful{
    "alibi",
    "attention_chunk_size",
    "attention_multiplier",
    "attn_config",
    "attn_logit_softcapping",
    "attn_temperature_tuning",
    "clip_qkv",
    "cross_attention_layers",
    "dim_model_base",
    "embedding_multiplier",
    "final_logit_softcapping",
    "kv_lora_rank",
    "logit_scale",
    "logits_scaling",
    "moe_num_experts",
    "n_routed_experts",
    "no_rope_layers",
    "num_experts",
    "num_local_experts",
    "partial_rotary_factor",
    "qk_layernorm",
    "qk_norm",
    "query_pre_attn_scalar",
    "residual_multiplier",
    "rope_parameters",
    "rope_scaling",
    "rotary_pct",
    "scale_depth",
    "scale_emb",
    "use_alibi",
    "use_mrope",
    "use_qk_norm",
    "attention_bias",
    "mlp_bias",
};

constexpr std::array<std::string_view, 34> harmless{
    "architectures",
    "attention_softmax_in_fp32",
    "attn_implementation",
    "auto_map",
    "cache_implementation",
    "chunk_size_feed_forward",
    "dtype",
    "gradient_checkpointing",
    "id2label",
    "init_device",
    "init_std",
    "initializer_range",
    "is_decoder",
    "label2id",
    "layerdrop",
    "max_window_layers",
    "model_max_length",
    "model_type",
    "output_router_logits",
    "pretraining_tp",
    "problem_type",
    "quantization_config",
    "router_aux_loss_coef",
    "seq_length",
    "sliding_window",
    "task_specific_params",
    "tie_word_embeddings",
    "tokenizer_class",
    "torch_dtype",
    "transformers_version",
    "use_cache",
    "use_sliding_window",
    "vision_config",
    "use_bfloat16",
};

constexpr std::array<std::string_view, 8> harmlessParts{
    "_token_id", "_token_index", "dropout", "drop_rate", "image_", "mm_", "projector", "vision_",
};

bool isNeutral(const nlohmann::json& value) {
    return value == 0 || value == 1 || value == "" || (value.is_structured() && value.empty());
}

bool isHarmless(const std::string& name) {
    return name.starts_with('_') || std::count(harmless.begin(), harmless.end(), name) > 0 ||
           std::any_of(harmlessParts.begin(), harmlessParts.end(),
                       [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

} // namespace

std::vector<std::string> unknownSettings(const Config& config) {
    std::vector<std::string> unknown;
    for (const std::string& name : config.unread()) {
        if (isNeutral(config.json()[name]))
            continue;
        if (std::count(harmful.begin(), harmful.end(), name) > 0)
            config.refuse(name, "it changes what the model computes, and this architecture is not known to have it");
        if (!isHarmless(name))
            unknown.push_back(name);
    }
    return unknown;
}

} // namespace awq::core

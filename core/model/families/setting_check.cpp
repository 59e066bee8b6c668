// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts unread settings into harmful, harmless and unknown.
#include "core/model/families/setting_check.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

namespace awq::core {

using namespace std::string_view_literals;

namespace {

// They change the function wherever they occur.
constexpr std::array harmful{
    "alibi"sv,
    "attention_chunk_size"sv,
    "attention_multiplier"sv,
    "attn_config"sv,
    "attn_logit_softcapping"sv,
    "attn_temperature_tuning"sv,
    "clip_qkv"sv,
    "cross_attention_layers"sv,
    "dim_model_base"sv,
    "embedding_multiplier"sv,
    "final_logit_softcapping"sv,
    "kv_lora_rank"sv,
    "logit_scale"sv,
    "logits_scaling"sv,
    "moe_num_experts"sv,
    "n_routed_experts"sv,
    "no_rope_layers"sv,
    "num_experts"sv,
    "num_local_experts"sv,
    "partial_rotary_factor"sv,
    "qk_layernorm"sv,
    "qk_norm"sv,
    "query_pre_attn_scalar"sv,
    "residual_multiplier"sv,
    "rope_parameters"sv,
    "rope_scaling"sv,
    "rotary_pct"sv,
    "scale_depth"sv,
    "scale_emb"sv,
    "use_alibi"sv,
    "use_mrope"sv,
    "use_qk_norm"sv,
    "attention_bias"sv,
    "mlp_bias"sv,
};

constexpr std::array harmless{
    "architectures"sv,
    "attention_softmax_in_fp32"sv,
    "attn_implementation"sv,
    "auto_map"sv,
    "cache_implementation"sv,
    "chunk_size_feed_forward"sv,
    "dtype"sv,
    "gradient_checkpointing"sv,
    "id2label"sv,
    "init_device"sv,
    "init_std"sv,
    "initializer_range"sv,
    "is_decoder"sv,
    "label2id"sv,
    "layerdrop"sv,
    "max_window_layers"sv,
    "model_max_length"sv,
    "model_type"sv,
    "output_router_logits"sv,
    "pretraining_tp"sv,
    "problem_type"sv,
    "quantization_config"sv,
    "router_aux_loss_coef"sv,
    "seq_length"sv,
    "sliding_window"sv,
    "task_specific_params"sv,
    "tie_word_embeddings"sv,
    "tokenizer_class"sv,
    "torch_dtype"sv,
    "transformers_version"sv,
    "use_cache"sv,
    "use_sliding_window"sv,
    "vision_config"sv,
    "attn_impl"sv,
    "diversity_penalty"sv,
    "embedding_fraction"sv,
    "length_penalty"sv,
    "max_length"sv,
    "num_beams"sv,
    "num_return_sequences"sv,
    "repetition_penalty"sv,
    "return_dict"sv,
    "temperature"sv,
    "top_k"sv,
    "top_p"sv,
    "typical_p"sv,
    "use_flash_attn"sv,
    "verbose"sv,
    "use_bfloat16"sv,
};

constexpr std::array harmlessParts{
    "_token_id"sv, "_token_index"sv, "dropout"sv, "drop_rate"sv, "image_"sv, "mm_"sv, "projector"sv, "vision_"sv,
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

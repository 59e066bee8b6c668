// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts unread settings into harmful, harmless and unknown.
#include "core/model/families/setting_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace awq::core {
namespace {

// They change the function wherever they occur.
constexpr std::string_view harmful[] = {"alibi",
                                        "apply_residual_connection_post_layernorm",
                                        "attention_bias",
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
                                        "mlp_bias",
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
                                        "use_qk_norm"};

// About training, generation and bookkeeping, or a repetition of another setting.
constexpr std::string_view harmless[] = {"architectures",
                                         "attention_softmax_in_fp32",
                                         "attn_impl",
                                         "attn_implementation",
                                         "auto_map",
                                         "cache_implementation",
                                         "chunk_size_feed_forward",
                                         "diversity_penalty",
                                         "dtype",
                                         "embedding_fraction",
                                         "gradient_checkpointing",
                                         "id2label",
                                         "inference_runner",
                                         "init_config",
                                         "init_device",
                                         "init_std",
                                         "initializer_range",
                                         "is_decoder",
                                         "label2id",
                                         "layerdrop",
                                         "learned_pos_emb",
                                         "length_penalty",
                                         "masked_softmax_fusion",
                                         "max_length",
                                         "max_window_layers",
                                         "model_max_length",
                                         "model_type",
                                         "num_beams",
                                         "num_key_value_heads",
                                         "num_return_sequences",
                                         "offset_alibi",
                                         "output_router_logits",
                                         "pad_key_length",
                                         "prefix",
                                         "pretraining_tp",
                                         "problem_type",
                                         "quantization_config",
                                         "repetition_penalty",
                                         "return_dict",
                                         "router_aux_loss_coef",
                                         "scale_attention_softmax_in_fp32",
                                         "scale_attn_weights",
                                         "seq_length",
                                         "skip_bias_add",
                                         "sliding_window",
                                         "task_specific_params",
                                         "temperature",
                                         "tie_word_embeddings",
                                         "tokenizer_class",
                                         "tokenizer_name",
                                         "top_k",
                                         "top_p",
                                         "torch_dtype",
                                         "transformers_version",
                                         "typical_p",
                                         "use_bfloat16",
                                         "use_cache",
                                         "use_flash_attn",
                                         "use_sliding_window",
                                         "validate_runner_input",
                                         "verbose",
                                         "vision_config"};

// Names that contain one of these.
constexpr std::string_view harmlessParts[] = {"_token_id", "_token_index", "drop_rate", "dropout",  "image_",
                                              "mm_",       "pdrop",        "projector", "summary_", "vision_"};

bool isNeutral(const nlohmann::json& value) {
    return value == 0 || value == 1 || value == "" || (value.is_structured() && value.empty());
}

bool isHarmless(const std::string& name) {
    return name.starts_with('_') || std::ranges::count(harmless, name) > 0 ||
           std::ranges::any_of(harmlessParts,
                               [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

} // namespace

std::vector<std::string> unknownSettings(const Config& config) {
    std::vector<std::string> unknown;
    for (const std::string& name : config.unread()) {
        if (isNeutral(config.json()[name]))
            continue;
        if (std::ranges::count(harmful, name) > 0)
            config.refuse(name, "it changes what the model computes, and this architecture is not known to have it");
        if (!isHarmless(name))
            unknown.push_back(name);
    }
    return unknown;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// The variants, small enough to run in milliseconds.
#include "tests/support/family_variants.h"

#include "tests/support/files.h"

namespace awq::test {
namespace {

// Braces are left out; `head` names the architecture.
std::string config(const std::string& head, const std::string& rest) {
    return json("{'architectures': ['" + head + "'], 'vocab_size': 64, " + rest + "}");
}

std::string llama(const std::string& rest) {
    return config("LlamaForCausalLM", "'model_type': 'llama', 'hidden_size': 48, 'intermediate_size': 64, "
                                      "'num_hidden_layers': 2, 'num_attention_heads': 4, "
                                      "'max_position_embeddings': 64, 'rms_norm_eps': 1e-5, " +
                                          rest);
}

// Rotary scaling in the form of Transformers 5.
std::string llamaRope(const std::string& parameters) {
    return llama("'num_key_value_heads': 2, 'head_dim': 16, 'rope_parameters': {'rope_theta': 1000.0, " + parameters +
                 "}");
}

std::string qwen(const std::string& architecture, const std::string& type, const std::string& rest) {
    return config(architecture, "'model_type': '" + type +
                                    "', 'hidden_size': 48, 'intermediate_size': 64, 'num_hidden_layers': 2, "
                                    "'num_attention_heads': 4, 'rope_theta': 10000.0, 'max_position_embeddings': 64, " +
                                    rest);
}

std::string falcon(const std::string& rest) {
    return config("FalconForCausalLM", "'model_type': 'falcon', 'hidden_size': 96, 'num_hidden_layers': 2, "
                                       "'num_attention_heads': 6, " +
                                           rest);
}

std::string opt(const std::string& rest) {
    return config("OPTForCausalLM", "'model_type': 'opt', 'hidden_size': 48, 'ffn_dim': 64, 'num_hidden_layers': 2, "
                                    "'num_attention_heads': 4, 'max_position_embeddings': 40, 'pad_token_id': 1, " +
                                        rest);
}

} // namespace

std::vector<FamilyVariant> familyVariants() {
    const std::vector<std::string> norms{"input_layernorm", "post_attention_layernorm"};
    return {
        {"llama biases, tied", llama("'num_key_value_heads': 4, 'attention_bias': true, 'mlp_bias': true, "
                                     "'tie_word_embeddings': true")},
        {"llama one key head, wide heads", llama("'num_key_value_heads': 1, 'head_dim': 32"), {"self_attn.v_proj"}},
        {"llama wide heads", llama("'num_key_value_heads': 4, 'head_dim': 32, 'rope_theta': 500.0")},
        {"rope linear", llamaRope("'rope_type': 'linear', 'factor': 4.0"), {"self_attn.v_proj"}},
        {"rope linear, old form",
         llama("'num_key_value_heads': 2, 'rope_scaling': {'type': 'linear', 'factor': 2.0}"),
         {"self_attn.v_proj"}},
        {"rope dynamic",
         config("LlamaForCausalLM",
                "'model_type': 'llama', 'hidden_size': 48, 'intermediate_size': 64, 'num_hidden_layers': 2, "
                "'num_attention_heads': 4, 'num_key_value_heads': 2, 'head_dim': 16, 'max_position_embeddings': 8, "
                "'rope_parameters': {'rope_theta': 1000.0, 'rope_type': 'dynamic', 'factor': 2.0}"),
         {"self_attn.v_proj"}},
        {"rope yarn",
         llamaRope("'rope_type': 'yarn', 'factor': 4.0, 'original_max_position_embeddings': 16"),
         {"self_attn.v_proj"}},
        {"rope yarn, mscale",
         llamaRope("'rope_type': 'yarn', 'factor': 8.0, 'original_max_position_embeddings': 32, 'beta_fast': 16, "
                   "'beta_slow': 2, 'mscale': 0.8, 'mscale_all_dim': 0.4, 'truncate': false"),
         {"self_attn.v_proj"}},
        {"rope longrope",
         llamaRope("'rope_type': 'longrope', 'factor': 4.0, 'original_max_position_embeddings': 16, "
                   "'short_factor': [1, 1, 1, 1, 1, 1, 1, 1], 'long_factor': [1, 1.1, 1.3, 1.7, 2, 2.5, 3, 4]"),
         {"self_attn.v_proj"}},
        {"rope llama3",
         llamaRope("'rope_type': 'llama3', 'factor': 8.0, 'original_max_position_embeddings': 64, "
                   "'low_freq_factor': 1.0, 'high_freq_factor': 4.0"),
         {"self_attn.v_proj"}},
        {"mistral window",
         config("MistralForCausalLM",
                "'model_type': 'mistral', 'hidden_size': 48, 'intermediate_size': 64, 'num_hidden_layers': 2, "
                "'num_attention_heads': 4, 'num_key_value_heads': 2, 'head_dim': 16, 'sliding_window': 7, "
                "'rope_theta': 10000.0, 'max_position_embeddings': 64"),
         {"self_attn.v_proj"}},
        {"qwen2 window above, no shared heads", qwen("Qwen2ForCausalLM", "qwen2",
                                                     "'num_key_value_heads': 4, 'use_sliding_window': true, "
                                                     "'sliding_window': 7, 'max_window_layers': 1")},
        {"qwen3 biases",
         qwen("Qwen3ForCausalLM", "qwen3", "'num_key_value_heads': 2, 'head_dim': 16, 'attention_bias': true"),
         {"self_attn.v_proj"}},
        {"opt", opt("'activation_function': 'relu'")},
        {"opt norm after residual, projections",
         opt("'do_layer_norm_before': false, 'word_embed_proj_dim': 24"),
         {"self_attn_layer_norm", "final_layer_norm"}},
        {"opt gelu, no biases", opt("'activation_function': 'gelu', 'enable_bias': false"), {"fc1"}},
        {"bloom",
         config("BloomForCausalLM", "'model_type': 'bloom', 'hidden_size': 48, 'n_layer': 2, 'n_head': 4"),
         {"self_attention.query_key_value"}},
        {"bloom residual after norm",
         config("BloomForCausalLM", "'model_type': 'bloom', 'hidden_size': 96, 'n_layer': 2, 'n_head': 6, "
                                    "'apply_residual_connection_post_layernorm': true"),
         {norms[0], norms[1], "self_attention.query_key_value"}},
        {"mpt clip",
         config("MptForCausalLM", "'model_type': 'mpt', 'd_model': 96, 'n_layers': 2, 'n_heads': 6, "
                                  "'max_seq_len': 64, 'attn_config': {'clip_qkv': 0.6, 'softmax_scale': 0.3}"),
         {"attn.Wqkv"}},
        {"mpt six heads", config("MptForCausalLM",
                                 "'model_type': 'mpt', 'd_model': 96, 'n_layers': 2, 'n_heads': 6, 'max_seq_len': 64")},
        {"falcon rw",
         falcon("'alibi': true, 'parallel_attn': false, 'multi_query': false, 'bias': true"),
         {"self_attention.query_key_value"}},
        {"falcon 40b",
         falcon("'new_decoder_architecture': true, 'num_kv_heads': 2"),
         {"self_attention.query_key_value"}},
        {"falcon 11b",
         falcon("'new_decoder_architecture': true, 'num_kv_heads': 2, 'num_ln_in_parallel_attn': 1, "
                "'ffn_hidden_size': 160, 'tie_word_embeddings': false"),
         {"self_attention.query_key_value"}},
        {"falcon parallel, all heads", falcon("'multi_query': false"), {"self_attention.query_key_value"}},
        {"gptneox sequential",
         config("GPTNeoXForCausalLM",
                "'model_type': 'gpt_neox', 'hidden_size': 48, 'intermediate_size': 64, 'num_hidden_layers': 2, "
                "'num_attention_heads': 4, 'rotary_pct': 0.5, 'rotary_emb_base': 5000, 'hidden_act': 'gelu_fast', "
                "'use_parallel_residual': false, 'attention_bias': false, 'max_position_embeddings': 64"),
         {"attention.query_key_value"}},
        {"gptbigcode",
         config("GPTBigCodeForCausalLM", "'model_type': 'gpt_bigcode', 'n_embd': 48, 'n_layer': 2, 'n_head': 4, "
                                         "'n_positions': 40, 'activation_function': 'gelu_pytorch_tanh'"),
         {"attn.c_attn"}},
        {"gptbigcode all heads",
         config("GPTBigCodeForCausalLM",
                "'model_type': 'gpt_bigcode', 'n_embd': 48, 'n_layer': 2, 'n_head': 4, 'n_positions': 40, "
                "'multi_query': false, 'activation_function': 'gelu'"),
         {"attn.c_attn"}},
        {"starcoder2",
         config("Starcoder2ForCausalLM",
                "'model_type': 'starcoder2', 'hidden_size': 48, 'intermediate_size': 64, 'num_hidden_layers': 2, "
                "'num_attention_heads': 4, 'num_key_value_heads': 2, 'sliding_window': 7, 'rope_theta': 10000.0, "
                "'max_position_embeddings': 64, 'tie_word_embeddings': true"),
         {"self_attn.v_proj"}},
        {"mixtral",
         config("MixtralForCausalLM",
                "'model_type': 'mixtral', 'hidden_size': 48, 'intermediate_size': 32, 'num_hidden_layers': 2, "
                "'num_attention_heads': 4, 'num_key_value_heads': 2, 'num_local_experts': 4, "
                "'num_experts_per_tok': 2, 'rope_theta': 10000.0, 'max_position_embeddings': 64"),
         {"self_attn.v_proj"}},
        {"qwen2moe, one block dense", qwen("Qwen2MoeForCausalLM", "qwen2_moe",
                                           "'num_key_value_heads': 4, 'num_experts': 4, "
                                           "'num_experts_per_tok': 2, 'moe_intermediate_size': 32, "
                                           "'shared_expert_intermediate_size': 40, 'mlp_only_layers': [0]")},
        {"qwen3moe",
         qwen("Qwen3MoeForCausalLM", "qwen3_moe",
              "'num_key_value_heads': 2, 'head_dim': 16, 'num_experts': 4, 'num_experts_per_tok': 2, "
              "'moe_intermediate_size': 32, 'norm_topk_prob': true"),
         {"self_attn.v_proj"}},
        {"internlm2",
         config("InternLM2ForCausalLM",
                "'model_type': 'internlm2', 'hidden_size': 48, 'intermediate_size': 64, 'num_hidden_layers': 2, "
                "'num_attention_heads': 4, 'num_key_value_heads': 2, 'bias': false, 'rope_theta': 10000.0, "
                "'rope_scaling': {'type': 'dynamic', 'factor': 2.0}, 'max_position_embeddings': 64"),
         {"attention.wqkv"}},
    };
}

} // namespace awq::test

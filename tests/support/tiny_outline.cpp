// SPDX-License-Identifier: GPL-3.0-or-later
// A small made-up Llama.
#include "tests/support/tiny_outline.h"

namespace awq::test {

static constexpr std::int64_t hidden = 256, intermediate = 512, vocabulary = 1024;

static void addBlock(core::ModelOutline& outline, int block) {
    const std::string prefix = "model.layers." + std::to_string(block) + ".";
    const auto linear = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
        outline.linears.push_back({block, name, prefix + name, rows, columns, core::DType::BF16, {}});
    };
    for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"})
        linear(name, hidden, hidden);
    linear("mlp.gate_proj", intermediate, hidden);
    linear("mlp.up_proj", intermediate, hidden);
    linear("mlp.down_proj", hidden, intermediate);
    outline.scaleSets.push_back(
        {block, "input_layernorm", {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}, "self_attn", {}});
    outline.scaleSets.push_back({block, "self_attn.v_proj", {"self_attn.o_proj"}, "self_attn.o_proj", {}});
    outline.scaleSets.push_back({block, "post_attention_layernorm", {"mlp.gate_proj", "mlp.up_proj"}, "mlp", {}});
    outline.scaleSets.push_back({block, "mlp.up_proj", {"mlp.down_proj"}, "mlp.down_proj", {}});
    for (const char* norm : {"input_layernorm.weight", "post_attention_layernorm.weight"})
        outline.otherTensors.push_back({prefix + norm, hidden, core::DType::BF16});
}

core::ModelOutline tinyOutline(int blocks) {
    core::ModelOutline outline;
    outline.path = "/models/tiny";
    outline.family = "llama";
    outline.architecture = "LlamaForCausalLM";
    outline.blocks = blocks;
    outline.hidden = hidden;
    outline.heads = 8;
    outline.keyValueHeads = 8;
    outline.vocabulary = vocabulary;
    outline.dtype = core::DType::BF16;
    outline.shards = {"model.safetensors"};
    for (int block = 0; block < blocks; ++block)
        addBlock(outline, block);
    outline.otherTensors.push_back({"model.embed_tokens.weight", vocabulary * hidden, core::DType::BF16});
    outline.otherTensors.push_back({"model.norm.weight", hidden, core::DType::BF16});
    outline.otherTensors.push_back({"lm_head.weight", vocabulary * hidden, core::DType::BF16});
    return outline;
}

} // namespace awq::test

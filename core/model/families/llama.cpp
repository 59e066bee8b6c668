// SPDX-License-Identifier: GPL-3.0-or-later
// LLaMA 1, 2, 3 and everything built on it.
#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"

namespace awq::core {
namespace {

DecoderSpec read(const Config& config) {
    LlamaLikeOptions options;
    options.qkvBias = options.outBias = config.boolean({"attention_bias"}, false);
    options.mlpBias = config.boolean({"mlp_bias"}, false);
    return llamaLike(config, options);
}

} // namespace

Family llamaFamily() {
    return {.name = "llama",
            .models = "LLaMA 1, 2, 3; CodeLlama; Vicuna; Yi; SmolLM; TinyLlama; LLaVA's and VILA's own repositories",
            .architectures = {"LlamaForCausalLM", "LLaMAForCausalLM", "LlavaLlamaForCausalLM"},
            .modelTypes = {"llama"},
            .roots = llamaRoots(),
            .read = read,
            .remarks = "With grouped value heads o_proj is not scaled."};
}

} // namespace awq::core

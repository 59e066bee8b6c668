// SPDX-License-Identifier: GPL-3.0-or-later
// Mistral: Llama with a sliding window.
#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"

namespace awq::core {
namespace {

DecoderSpec read(const Config& config) {
    return llamaLike(config, {.slidingBlocks = SlidingBlocks::all});
}

} // namespace

Family mistralFamily() {
    return {.name = "mistral",
            .models = "Mistral 7B, Mistral Nemo, Ministral, Mistral Small 24B",
            .architectures = {"MistralForCausalLM"},
            .modelTypes = {"mistral"},
            .roots = llamaRoots(),
            .read = read,
            .remarks = "With grouped value heads o_proj is not scaled."};
}

} // namespace awq::core

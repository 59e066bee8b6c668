// SPDX-License-Identifier: GPL-3.0-or-later
// InternVL in its own layout and in that of Transformers: a vision model around a Qwen2, Llama or InternLM2 decoder.
#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"

namespace awq::core {

Family internvlFamily() {
    return {.name = "internvl",
            .models = "InternVL2.5, InternVL3 (original and -hf folders)",
            .architectures = {"InternVLForConditionalGeneration", "InternVLChatModel"},
            .modelTypes = {"internvl", "internvl_chat"},
            .roots = llamaRoots(),
            .nestedConfigs = {"text_config", "llm_config"},
            .remarks = "The language model is quantized; vision model and projector stay in float."};
}

} // namespace awq::core

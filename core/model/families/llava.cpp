// SPDX-License-Identifier: GPL-3.0-or-later
// LLaVA as Transformers stores it: a vision tower and a projector around a language model, which alone is quantized.
#include "core/model/families/all.h"
#include "core/model/families/llama_like.h"

namespace awq::core {

Family llavaFamily() {
    return {.name = "llava",
            .models = "LLaVA 1.5, 1.6 and other LLaVA folders of Transformers",
            .architectures = {"LlavaForConditionalGeneration", "LlavaNextForConditionalGeneration"},
            .modelTypes = {"llava", "llava_next"},
            .roots = llamaRoots(),
            .nestedConfigs = {"text_config"},
            .remarks = "The language model is quantized; vision tower and projector stay in float."};
}

} // namespace awq::core

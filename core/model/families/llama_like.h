// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder that LLaMA, Qwen, Mistral and others share: RMSNorm, rotary attention with separate projections, a gated
// MLP.
#pragma once

#include <vector>

#include "core/model/families/parts.h"

namespace awq::core {

// Which blocks see sliding_window keys only.
enum class SlidingBlocks {
    none,
    all,
    upper, // with use_sliding_window: from block max_window_layers on
};

struct LlamaLikeOptions {
    bool qkvBias = false, outBias = false, mlpBias = false;
    bool queryKeyNorm = false;                         // RMSNorm of every query and key head
    std::int64_t headDim = 0;                          // when head_dim is not set; 0: hidden / heads
    bool tiedByDefault = false;                        // when tie_word_embeddings is not set
    double ropeTheta = 10000;                          // when rope_theta is not set
    double epsilon = 1e-6;                             // when rms_norm_eps is not set
    SlidingBlocks slidingBlocks = SlidingBlocks::none; // when layer_types is not set
};

// Llama's tensor names and scale sets.
DecoderSpec llamaLike(const Config& config, const LlamaLikeOptions& options);

// The dense gated MLP of llamaLike under another name or size.
MlpSpec gatedMlp(const std::string& name, std::int64_t hidden, std::int64_t intermediate, Activation activation,
                 bool bias);

// Prefixes under which Llama-like decoders lie in language and vision-language models.
std::vector<TensorRoot> llamaRoots();

} // namespace awq::core

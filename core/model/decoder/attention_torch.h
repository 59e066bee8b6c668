// SPDX-License-Identifier: GPL-3.0-or-later
// Causal self-attention with rotary, learned or ALiBi positions and shared key-value heads.
#pragma once

#include "core/model/decoder/decoder_block_torch.h"

namespace awq::core {

// x [B, T, D] (what query, key and value read) -> [B, T, D] (of the output projection). Softmax in float32 at least.
// With a cache, x continues the sequence it holds.
at::Tensor attention(const AttentionSpec& spec, const BlockWeights& weights, const at::Tensor& x,
                     const SequenceContext& context, LinearObserver* observer, KeyValueCache* cache);

// What comes between the projections and the output projection. `rows` [B, T, (heads + 2 kvHeads) d]: query, key and
// value one after the other, or one fused projection in its own order -> [B, T, heads d]. clipQkv is applied.
at::Tensor mixedHeads(const AttentionSpec& spec, const BlockWeights& weights, const at::Tensor& rows,
                      const SequenceContext& context);

} // namespace awq::core

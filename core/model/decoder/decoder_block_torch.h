// SPDX-License-Identifier: GPL-3.0-or-later
// The forward pass of one decoder block, of any family, whole or in the parts that a search inspects.
// Shapes: B sequences of T tokens, D hidden. No padding. Everything is computed in the dtype of the hidden states; norm
// statistics, softmax and the router in float32 (float64 when the hidden states are float64).
#pragma once

#include <string>

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder/key_value_cache_torch.h"
#include "core/model/decoder/sequence_context_torch.h"
#include "core/model/decoder_spec.h"
#include "core/tensor.h"

namespace awq::core {

// Sees the input of every linear of a block, in the order of the forward pass.
class LinearObserver {
public:
    virtual ~LinearObserver() = default;
    // `input` [..., in]; linears that share an input are given one and the same tensor. An expert's linears see the
    // tokens routed to it, [tokens, in], and are not called without any.
    virtual void onLinear(const std::string& name, const at::Tensor& input) = 0;
    // The output [B, T, D] of the attention or the MLP of a whole block, before the residual is added.
    virtual void onModule(InspectedKind, const at::Tensor& /*output*/) {}
};

// hidden [B, T, D] -> [B, T, D]. With a cache, hidden continues the sequences it holds: all of a prompt, or one token.
at::Tensor forwardBlock(const BlockSpec& block, const BlockWeights& weights, const at::Tensor& hidden,
                        const SequenceContext& context, LinearObserver* observer = nullptr,
                        KeyValueCache* cache = nullptr);

// The inspected module alone: `input` is that of the linear ScaleSet::inputOf ([B, T, D]; [..., in] for a linear), or
// the block's hidden states for InspectedKind::block.
at::Tensor runModule(const BlockSpec& block, const Inspected& inspected, const BlockWeights& weights,
                     const at::Tensor& input, const SequenceContext& context, LinearObserver* observer = nullptr);

} // namespace awq::core

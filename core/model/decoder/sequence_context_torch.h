// SPDX-License-Identifier: GPL-3.0-or-later
// What attention needs to know about positions: rotary tables and masks for sequences of one length, made once for all
// blocks.
#pragma once

#include <map>
#include <optional>

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder_spec.h"
#include "core/tensor.h"

namespace awq::core {

class SequenceContext {
public:
    // For T tokens at positions 0 .. T-1. Throws Error(badInput) when the model's position table is shorter.
    SequenceContext(const DecoderSpec& spec, std::int64_t length, const ComputePlace& place);

    // The last `count` of those tokens alone: what a step with a key-value cache computes. Shares the tables.
    SequenceContext tail(std::int64_t first, std::int64_t count) const;

    std::int64_t length() const { return m_length; }       // tokens computed
    std::int64_t firstPosition() const { return m_first; } // of them; the keys before it come from a cache
    const at::Tensor& cosine() const { return m_cosine; }  // [T, rotaryDim], compute dtype; undefined without rope
    const at::Tensor& sine() const { return m_sine; }
    // What is added to the scores, [1, 1 or heads, T, first + T] (-inf where a key is hidden), compute dtype; nothing:
    // plain causal, or every key when there is only one token.
    std::optional<at::Tensor> mask(const AttentionSpec& attention) const;

private:
    SequenceContext() = default;

    std::int64_t m_length = 0, m_first = 0;
    at::Tensor m_cosine, m_sine;
    std::map<std::int64_t, at::Tensor> m_masks; // by window
};

} // namespace awq::core

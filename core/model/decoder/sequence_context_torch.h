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

    std::int64_t length() const { return m_length; }
    const at::Tensor& cosine() const { return m_cosine; } // [T, rotaryDim], compute dtype; undefined without rope
    const at::Tensor& sine() const { return m_sine; }
    // What is added to the scores, [1, 1 or heads, T, T] (-inf where a key is hidden), compute dtype; nothing: plain
    // causal.
    std::optional<at::Tensor> mask(const AttentionSpec& attention) const;

private:
    std::int64_t m_length = 0;
    at::Tensor m_cosine, m_sine;
    std::map<std::int64_t, at::Tensor> m_masks; // by window
};

} // namespace awq::core

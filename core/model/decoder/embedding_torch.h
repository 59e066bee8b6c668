// SPDX-License-Identifier: GPL-3.0-or-later
// The two ends of a decoder: token ids to hidden states, hidden states to logits.
#pragma once

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder_spec.h"
#include "core/tensor.h"

namespace awq::core {

// ids [B, T] int64 -> hidden [B, T, D] on the device of the weights. Throws Error(badInput) when T exceeds the position
// table and, naming the first, when ids on the CPU are outside the vocabulary; ids on a GPU are those a model chose,
// and looking at them would wait for it.
at::Tensor embed(const DecoderSpec& spec, const BlockWeights& embedding, const at::Tensor& ids,
                 std::int64_t firstPosition = 0);

// Final norm and projection: hidden [..., D] -> [..., width], the input of the head.
at::Tensor finalHidden(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& hidden);

// final [..., width] -> logits [..., V] in the compute dtype. Big vocabularies: pass slices of the tokens.
at::Tensor logitsOf(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& final);

} // namespace awq::core

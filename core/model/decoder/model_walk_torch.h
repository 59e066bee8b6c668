// SPDX-License-Identifier: GPL-3.0-or-later
// Runs token ids through a whole model with one block in memory at a time.
#pragma once

#include <functional>

#include "core/model/decoder/block_weights_torch.h"
#include "core/tensor.h"

namespace awq::core {

// ids [N, T] int64 -> hidden states after the last block [N, T, D] on the place. `beforeBlock` is called with each
// block's index and may throw to stop. Reads block i+1 from disk while block i computes.
at::Tensor forwardBlocks(const ModelFolder& folder, const at::Tensor& ids, const ComputePlace& place,
                         const std::function<void(int block)>& beforeBlock = {});

// hidden [N, T, D] -> logits [N, T, V] in float32 (float64 when the place computes in it), handed out per sequence.
void forEachLogits(const ModelFolder& folder, const at::Tensor& hidden, const ComputePlace& place,
                   const std::function<void(std::int64_t sequence, const at::Tensor& logits)>& use);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// The MLP of a block: gated or plain, one or a mixture of experts.
#pragma once

#include "core/model/decoder/decoder_block_torch.h"

namespace awq::core {

// x [..., D] -> [..., D].
at::Tensor denseMlp(const MlpSpec& spec, const BlockWeights& weights, const at::Tensor& x, LinearObserver* observer);

// x [..., D]. Routing in float32; every token's output is the sum over its experts, in ascending order of experts.
at::Tensor mixtureOfExperts(const MoeSpec& spec, const BlockWeights& weights, const at::Tensor& x,
                            LinearObserver* observer);

// Whichever the block has.
at::Tensor mlpOf(const BlockSpec& block, const BlockWeights& weights, const at::Tensor& x, LinearObserver* observer);

} // namespace awq::core

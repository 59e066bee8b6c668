// SPDX-License-Identifier: GPL-3.0-or-later
// Applies the channel scale of a scale set to a block's weights so that the block computes the same function.
#pragma once

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder_spec.h"
#include "core/tensor.h"

namespace awq::core {

// Producer / s, consumers and followers * s (AWQ paper, section 3.2). channelScale [in of the consumers], positive and
// finite, else Error(badInput). In the weights' dtype; entries of `weights` are replaced, never written into. An
// activation producer makes or multiplies "<producer>.scales".
void foldScale(BlockWeights& weights, const ScaleSet& set, const at::Tensor& channelScale);

} // namespace awq::core

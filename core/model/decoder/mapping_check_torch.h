// SPDX-License-Identifier: GPL-3.0-or-later
// The mapping check on weights that are already loaded.
#pragma once

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder/mapping_check.h"

namespace awq::core {

// Channel scale of a set for the check: between 1/2 and 2, [in of the consumers], float64, the same for the same seed.
at::Tensor randomChannelScale(const BlockWeights& weights, const ScaleSet& set, std::uint64_t seed);

// weights: of spec.blocks[block], float64 on the CPU.
MappingCheck verifyMapping(const DecoderSpec& spec, int block, const BlockWeights& weights, std::stop_token stop = {});

} // namespace awq::core

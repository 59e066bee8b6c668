// SPDX-License-Identifier: GPL-3.0-or-later
// Gathers the moments of a stage's inputs by running the block, in one stream of hidden states or in two.
#pragma once

#include "core/quant/search/corrected_target_torch.h"
#include "core/run/batches_torch.h"
#include "core/run/block_stages_torch.h"
#include "core/run/block_view_torch.h"

namespace awq::core {

// The hidden states that enter a block. `exact`: the float model's. `quantized`: those after the quantized blocks
// before it; null when only one stream is carried.
struct BlockStreams {
    const HiddenBatches& exact;
    const HiddenBatches* quantized = nullptr;
};

// Means over all tokens; no gram when no token reaches the stage. One stream: the float block's inputs. Two: those of
// the block with the weights `current`, whose earlier stages are rounded, and their gaps to the float block's.
InputMoments momentsOf(const BlockView& view, const BlockStage& stage, const BlockStreams& streams,
                       const BlockWeights& current);

// Bytes that the moments of one batch of a stage may take.
std::int64_t bytesOfMoments(const DecoderSpec& spec);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// The calibration on its way through a model, block by block: past blocks that are finished, through those to quantize.
#pragma once

#include <functional>

#include "core/model/decoder/sequence_context_torch.h"
#include "core/run/batches_torch.h"
#include "core/run/block_quantizer_torch.h"
#include "core/run/finished_blocks_torch.h"
#include "core/run/quantize_setup_torch.h"

namespace awq::core {

class QuantizeWalk {
public:
    QuantizeWalk(const QuantizeSetup& setup, RunReporter& reporter); // of a setup that is complete

    // A finished block: only its output is needed.
    void pass(int block, const FinishedBlocks& finished);
    // `known`: scale sets to take over instead of searching them; may be null. `progress`: share of the block done.
    QuantizedBlock quantize(int block, const BlockResult* known, const std::function<void(double)>& progress);
    // The block's pages of the checkpoint are not needed any more.
    void leave(int block);

private:
    BlockWeights load(int block);

    const QuantizeSetup& m_setup;
    RunReporter& m_reporter;
    SequenceContext m_context;
    Batching m_batching;
    HiddenBatches m_exact, m_quantized; // after the float model's blocks; after the quantized ones, if the recipe
                                        // needs them
};

} // namespace awq::core

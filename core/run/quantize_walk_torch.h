// SPDX-License-Identifier: GPL-3.0-or-later
// The calibration on its way through a model on one device, block by block: past blocks that are finished, through
// those to quantize.
#pragma once

#include <filesystem>
#include <functional>

#include "core/model/decoder/sequence_context_torch.h"
#include "core/run/batches_torch.h"
#include "core/run/block_quantizer_torch.h"
#include "core/run/finished_blocks_torch.h"
#include "core/run/quantize_setup_torch.h"

namespace awq::core {

// Hidden states between two blocks.
struct Streams {
    HiddenBatches exact,
        quantized; // after the float model's blocks; after the quantized ones, if the recipe needs them
};

class QuantizeWalk {
public:
    // Of a setup that is complete. To be made on the thread that uses it, whose number of compute threads it sets;
    // `threads`: of the CPU, 0: all cores.
    QuantizeWalk(const QuantizeSetup& setup, RunReporter& reporter, const ComputePlace& place, int threads);

    // What enters block 0. `folder`: where hidden states go when the plan keeps them in a file.
    Streams embedAll(const std::filesystem::path& folder) const;

    BlockWeights load(int block); // of the float model
    // A finished block, or another's: only its output is needed. `streams`: its input, then its output.
    void pass(int block, const BlockWeights& weights, const FinishedBlocks& finished, Streams& streams);
    // `known`: scale sets to take over instead of searching them; may be null. `progress`: share of the block done.
    // `passOn`: see BlockTask.
    QuantizedBlock quantize(int block, const BlockWeights& weights, const BlockResult* known, Streams& streams,
                            const std::function<void(double)>& progress,
                            const std::function<void(const HiddenBatches&)>& passOn = {});
    // The block's pages of the checkpoint are not needed any more.
    void leave(int block);

private:
    const QuantizeSetup& m_setup;
    RunReporter& m_reporter;
    ComputePlace m_place;
    SequenceContext m_context;
    Batching m_batching;
};

} // namespace awq::core

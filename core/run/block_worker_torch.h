// SPDX-License-Identifier: GPL-3.0-or-later
// One device at work on the blocks of a run: takes block after block from the relay, quantizes those that are open and
// runs through the others.
#pragma once

#include "core/run/block_board.h"
#include "core/run/block_relay.h"
#include "core/run/quantize_walk_torch.h"

namespace awq::core {

// What the workers of a run have in common; everything outlives them.
struct BlockJob {
    const QuantizeSetup& setup;
    RunStore& store;
    const FinishedBlocks& finished;
    RunReporter& reporter;
    BlockBoard& board;
    bool reuseScales = false; // of blocks whose results are there without their tensors
    double share = 1;         // of the whole run that the blocks are, for progress
};

using StreamRelay = BlockRelay<Streams>;

class BlockWorker {
public:
    // To be made on the thread that uses it. `threads`: of the CPU, for this worker.
    BlockWorker(const BlockJob& job, const ComputePlace& place, int threads)
        : m_job(job), m_place(place), m_walk(job.setup, job.reporter, place, threads) {}

    Streams embedAll() const { return m_walk.embedAll(m_job.store.folder()); } // what enters block 0

    // Until the relay has no more blocks. `alone`: nobody waits for what is passed on. Throws what goes wrong, with the
    // block given back and the relay broken off if the next worker would wait for ever.
    void run(StreamRelay& relay, bool alone);

private:
    void work(int block, StreamRelay& relay, bool alone, bool& passed);
    void quantize(int block, const BlockWeights& weights, Streams& streams,
                  const std::function<void(const HiddenBatches&)>& passOn);

    const BlockJob& m_job;
    ComputePlace m_place;
    QuantizeWalk m_walk;
};

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products for 1 to 16 tokens on Hopper: how the work is cut, and the shared memory it needs.
#pragma once

#include <cstdint>

#include "kernels/packed_linear.h"

namespace awq::kernels::cuda {

constexpr int smallBatchTokens = 16;

// A cluster takes a contiguous range of row blocks; each of its blocks (ranks) takes a share of the columns of all of
// them. Inside a block the records, row block after row block, form one line that is cut into equal runs, one for each
// warp. A warp parks the sums of a row block in slot warp + row block (of the cluster) when it leaves it.
struct SmallBatchPlan {
    const std::uint8_t* records;
    const void* input;
    const void* bias;
    void* output;
    std::int64_t inputStride, outputStride;
    int tokens, rows, columns;
    int rowBlocks, columnBlocks;
    int blocksPerCluster, largerClusters; // row blocks; so many clusters have one more
    int ranks;                            // blocks of a cluster
    int recordsPerRank;                   // column blocks of every rank but the last
    int warps, ring;                      // records under way for each warp
    bool wideOutput;                      // four rows of a token can be stored in one piece
    bool overlaps;                        // the kernel before may still run
};

// Byte offsets into a block's shared memory.
struct SmallBatchMemory {
    int barriers, input, inputSums, slots, total;
    int inputPitch, slotFloats;

    // slotCount: warps + row blocks of a cluster
    __host__ __device__ constexpr SmallBatchMemory(const SmallBatchPlan& plan, int recordBytes, int groupsPerRecord,
                                                   int slotCount)
        : barriers(plan.warps * plan.ring * recordBytes), input(barriers + plan.warps * plan.ring * 8), inputSums(0),
          slots(0), total(0), inputPitch(plan.recordsPerRank * 256 + 16), slotFloats(plan.tokens * 36) {
        const int tokenColumns = plan.tokens > 8 ? 16 : 8;
        inputSums = input + plan.tokens * inputPitch;
        slots = (inputSums + plan.recordsPerRank * groupsPerRecord * tokenColumns * 4 + 15) / 16 * 16;
        total = slots + slotCount * slotFloats * 4;
    }
};

} // namespace awq::kernels::cuda

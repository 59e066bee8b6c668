// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products for many tokens on Hopper: how the work is cut into tiles.
#pragma once

#include <cstdint>

#include "kernels/layout.h"

namespace awq::kernels::cuda {

struct MatrixPlan {
    const std::uint8_t* records;
    const void* bias;
    void* output;
    float* partials;    // [tiles][splits][rows of a tile x tokens of a tile]
    unsigned* counters; // [tiles], zero between calls
    std::int64_t outputStride;
    int tokens, rows;
    int rowBlocks, columnBlocks, groupsPerRecord, recordBytes;
    int splits; // ranges of columns
    int rowTiles, tokenTiles;
    int rowTilesPerGroup; // tiles that run together share activations and weights in the L2 cache
    int stages, stageBytes;
    bool wideOutput; // eight rows of a token can be stored in one piece
};

struct MatrixTile {
    int rowTile, tokenTile, split;

    __device__ MatrixTile(const MatrixPlan& plan, int index) {
        split = index % plan.splits;
        index /= plan.splits;
        const int perGroup = plan.rowTilesPerGroup * plan.tokenTiles, group = index / perGroup;
        const int first = group * plan.rowTilesPerGroup, count = min(plan.rowTilesPerGroup, plan.rowTiles - first);
        const int rest = index - group * perGroup;
        rowTile = first + rest % count;
        tokenTile = rest / count;
    }
    __device__ int firstBlock(const MatrixPlan& plan) const { return split * plan.columnBlocks / plan.splits; }
    __device__ int endBlock(const MatrixPlan& plan) const { return (split + 1) * plan.columnBlocks / plan.splits; }
};

} // namespace awq::kernels::cuda

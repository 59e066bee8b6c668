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
    float* partials;    // [split tiles][splits][rows of a tile x tokens of a tile]
    unsigned* counters; // [split tiles], zero between calls
    std::int64_t outputStride;
    int tokens, rows;
    int rowBlocks, columnBlocks, groupsPerRecord, recordBytes;
    int rowTiles, tokenTiles;
    int wholeTiles;       // the tiles after these are split
    int splits;           // into so many ranges of columns
    int rowTilesPerGroup; // tiles that run together share activations and weights in the L2 cache
    int stages, stageBytes;
    bool wideOutput; // eight rows of a token can be stored in one piece

    __host__ __device__ int parts() const { return wholeTiles + (rowTiles * tokenTiles - wholeTiles) * splits; }
};

// Part `index` of a plan: a tile, or a range of columns of one.
struct MatrixTile {
    int rowTile, tokenTile;
    int split = 0, splits = 1;
    int splitTile = 0; // among those that are split

    __device__ MatrixTile(const MatrixPlan& plan, int index) {
        if (index >= plan.wholeTiles) {
            splits = plan.splits;
            split = (index - plan.wholeTiles) % splits;
            splitTile = (index - plan.wholeTiles) / splits;
            index = plan.wholeTiles + splitTile;
        }
        const int perGroup = plan.rowTilesPerGroup * plan.tokenTiles, group = index / perGroup;
        const int first = group * plan.rowTilesPerGroup, count = min(plan.rowTilesPerGroup, plan.rowTiles - first);
        const int rest = index - group * perGroup;
        rowTile = first + rest % count;
        tokenTile = rest / count;
    }
    __device__ int firstBlock(const MatrixPlan& plan) const { return split * plan.columnBlocks / splits; }
    __device__ int endBlock(const MatrixPlan& plan) const { return (split + 1) * plan.columnBlocks / splits; }
};

} // namespace awq::kernels::cuda

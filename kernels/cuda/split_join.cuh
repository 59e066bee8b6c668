// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks that share an output tile, each with the sums of some columns, meet in the workspace.
#pragma once

#include <cstdint>

namespace awq::kernels::cuda {

// The last of a tile's blocks to come gets the sums of all, added in the order of the splits; false for the others.
// Called by `threads` threads, each with its `count` sums; synchronize() is their barrier. partials: of the tile,
// [splits][count / 4][threads] four floats; counter: of the tile, zero between calls.
template <int threads, int count, typename Synchronize>
__device__ bool joinSplits(float (&sums)[count], float* partials, unsigned* counter, int split, int splits, int thread,
                           Synchronize synchronize) {
    constexpr int pieces = count / 4, atOnce = pieces < 16 ? pieces : 16; // loads in flight
    __shared__ bool isLast;
    const auto piece = [&](int ofSplit, int i) {
        return reinterpret_cast<float4*>(partials) + (ofSplit * pieces + i) * threads + thread;
    };
#pragma unroll
    for (int i = 0; i < pieces; ++i)
        *piece(split, i) = make_float4(sums[4 * i], sums[4 * i + 1], sums[4 * i + 2], sums[4 * i + 3]);
    __threadfence();
    synchronize();
    if (thread == 0) {
        isLast = atomicAdd(counter, 1u) == unsigned(splits - 1);
        if (isLast)
            *counter = 0;
        __threadfence();
    }
    synchronize();
    if (!isLast)
        return false;
#pragma unroll
    for (float& sum : sums)
        sum = 0;
    for (int ofSplit = 0; ofSplit < splits; ++ofSplit)
#pragma unroll
        for (int start = 0; start < pieces; start += atOnce) {
            float4 parts[atOnce];
#pragma unroll
            for (int i = 0; i < atOnce; ++i)
                parts[i] = __ldcg(piece(ofSplit, start + i));
#pragma unroll
            for (int i = 0; i < atOnce; ++i) {
                float* four = sums + 4 * (start + i);
                four[0] += parts[i].x, four[1] += parts[i].y, four[2] += parts[i].z, four[3] += parts[i].w;
            }
        }
    return true;
}

} // namespace awq::kernels::cuda

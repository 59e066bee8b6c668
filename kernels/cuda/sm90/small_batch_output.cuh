// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products for 1 to 16 tokens on Hopper: from the sums that warps have parked to the output.
#pragma once

#include "kernels/cuda/code_fragments.cuh"
#include "kernels/cuda/numeric.cuh"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/sm90/bulk_copy.cuh"
#include "kernels/cuda/sm90/record_ring.cuh"

namespace awq::kernels::cuda {

__device__ inline void add(float4& sum, float4 value) {
    sum.x += value.x, sum.y += value.y, sum.z += value.z, sum.w += value.w;
}

// Four rows of one token: bias, unit, the matrix' edge.
template <typename T>
__device__ void storeFour(const SmallBatchPlan& plan, int row, int token, float4 sum) {
    constexpr float unit = 1.0f / CodeForm<T>::unit;
    float values[4] = {sum.x * unit, sum.y * unit, sum.z * unit, sum.w * unit};
    const T* bias = static_cast<const T*>(plan.bias);
    T* output = static_cast<T*>(plan.output) + token * plan.outputStride + row;
#pragma unroll
    for (int i = 0; i < 4; ++i)
        if (bias && row + i < plan.rows)
            values[i] += toFloat(bias[row + i]);
    if (plan.wideOutput && row + 4 <= plan.rows) {
        *reinterpret_cast<uint2*>(output) =
            make_uint2(packTwo<T>(values[0], values[1]), packTwo<T>(values[2], values[3]));
        return;
    }
#pragma unroll
    for (int i = 0; i < 4; ++i)
        if (row + i < plan.rows)
            output[i] = fromFloat<T>(values[i]);
}

// Adds the parked sums of all warps and ranks in a fixed order. An item is four rows of one token; the ranks share
// them.
template <typename T>
__device__ void addSlots(const SmallBatchPlan& plan, const Share& share, std::uint32_t slots, int slotFloats,
                         int rank) {
    constexpr int itemsAtOnce = 2, ranksAtOnce = 4; // loads in flight
    const int items = share.blocks * plan.tokens * 8, threads = blockDim.x;
    const int end = (rank + 1) * items / plan.ranks;
    struct Item {
        int block, token, quad;
    };
    const auto itemOf = [&](int index) {
        const int pair = index / 8, block = pair / plan.tokens;
        return Item{block, pair - block * plan.tokens, index % 8};
    };
    struct Slots {
        int first, last;
        std::uint32_t address; // of the first
    };
    const auto slotsOf = [&](const Item& item, int ofRank) {
        Share other = share;
        other.takeRank(plan, ofRank);
        const int first = other.warpOf(item.block * other.across),
                  last = other.warpOf((item.block + 1) * other.across - 1);
        return Slots{first, last, slots + ((first + item.block) * slotFloats + item.token * 36 + item.quad * 4) * 4};
    };
    const auto load = [&](std::uint32_t address, int ofRank) {
        if (plan.ranks > 1)
            return loadFromRank(address, ofRank);
        const uint4 v = loadShared16(address);
        return make_float4(__uint_as_float(v.x), __uint_as_float(v.y), __uint_as_float(v.z), __uint_as_float(v.w));
    };
    for (int start = rank * items / plan.ranks + threadIdx.x; start < end; start += threads * itemsAtOnce) {
        float4 sums[itemsAtOnce] = {};
        for (int firstRank = 0; firstRank < plan.ranks; firstRank += ranksAtOnce) {
            float4 parts[itemsAtOnce][ranksAtOnce][2];
            Slots places[itemsAtOnce][ranksAtOnce];
#pragma unroll
            for (int i = 0; i < itemsAtOnce; ++i)
#pragma unroll
                for (int r = 0; r < ranksAtOnce; ++r) {
                    const bool present = start + i * threads < end && firstRank + r < plan.ranks;
                    places[i][r] = Slots{0, -1, 0};
                    if (present)
                        places[i][r] = slotsOf(itemOf(start + i * threads), firstRank + r);
#pragma unroll
                    for (int s = 0; s < 2; ++s) {
                        parts[i][r][s] = make_float4(0, 0, 0, 0);
                        if (places[i][r].first + s <= places[i][r].last)
                            parts[i][r][s] = load(places[i][r].address + s * slotFloats * 4, firstRank + r);
                    }
                }
#pragma unroll
            for (int i = 0; i < itemsAtOnce; ++i)
#pragma unroll
                for (int r = 0; r < ranksAtOnce; ++r) {
                    add(sums[i], parts[i][r][0]);
                    add(sums[i], parts[i][r][1]);
                    for (int s = 2; places[i][r].first + s <= places[i][r].last; ++s)
                        add(sums[i], load(places[i][r].address + s * slotFloats * 4, firstRank + r));
                }
        }
#pragma unroll
        for (int i = 0; i < itemsAtOnce; ++i)
            if (start + i * threads < end) {
                const Item item = itemOf(start + i * threads);
                storeFour<T>(plan, (share.firstBlock + item.block) * recordRows + item.quad * 4, item.token, sums[i]);
            }
    }
}

} // namespace awq::kernels::cuda

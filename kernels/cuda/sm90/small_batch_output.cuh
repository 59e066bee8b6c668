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

// Four rows of one token, of a row block of the cluster.
struct OutputItem {
    int block, token, quad;

    __device__ OutputItem(int index, float inverseTokens, int tokens) {
        const int pair = index / 8;
        block = tokens == 1 ? pair : quotient(pair, inverseTokens);
        token = pair - block * tokens;
        quad = index % 8;
    }
};

// The slots that hold parts of an item.
struct ItemSlots {
    int count;
    std::uint32_t address; // of the first, at the item

    __device__ ItemSlots(const Share& share, const OutputItem& item, std::uint32_t slots, int slotFloats) {
        const int begin = item.block * share.across;
        const int first = share.warpOf(begin);
        count = share.warpOf(begin + share.across - 1) - first + 1;
        address = slots + ((first + item.block) * slotFloats + item.token * 36 + item.quad * 4) * 4;
    }
};

__device__ inline float4 loadFloat4(std::uint32_t address) {
    const uint4 v = loadShared16(address);
    return make_float4(__uint_as_float(v.x), __uint_as_float(v.y), __uint_as_float(v.z), __uint_as_float(v.w));
}

// Adds the parked sums of all warps in a fixed order.
template <typename T>
__device__ void addSlots(const SmallBatchPlan& plan, const Share& share, std::uint32_t slots, int slotFloats) {
    constexpr int atOnce = 8; // loads in flight
    const int items = share.blocks * plan.tokens * 8;
    const float inverseTokens = inverseOf(plan.tokens);
    for (int index = threadIdx.x; index < items; index += blockDim.x) {
        const OutputItem item(index, inverseTokens, plan.tokens);
        const ItemSlots parts(share, item, slots, slotFloats);
        float4 sum = make_float4(0, 0, 0, 0);
        for (int first = 0; first < parts.count; first += atOnce) {
            float4 values[atOnce];
#pragma unroll
            for (int i = 0; i < atOnce; ++i)
                values[i] = first + i < parts.count ? loadFloat4(parts.address + (first + i) * slotFloats * 4)
                                                    : make_float4(0, 0, 0, 0);
#pragma unroll
            for (int i = 0; i < atOnce; ++i)
                add(sum, values[i]);
        }
        storeFour<T>(plan, (share.firstBlock + item.block) * recordRows + item.quad * 4, item.token, sum);
    }
}

// The same over the ranks of a cluster, which share the items.
template <typename T>
__device__ void addSlotsOfRanks(const SmallBatchPlan& plan, const Share& share, std::uint32_t slots, int slotFloats,
                                int rank) {
    constexpr int itemsAtOnce = 2, ranksAtOnce = 4, slotsAtOnce = 2; // loads in flight
    const int items = share.blocks * plan.tokens * 8, threads = blockDim.x;
    const int rankItems = quotient(items, inverseOf(plan.ranks)); // there are 2, 4 or 8 ranks
    const int end = (rank + 1) * rankItems;
    const float inverseTokens = inverseOf(plan.tokens);
    const Share full(plan, 0), last(plan, plan.ranks - 1);
    for (int start = rank * rankItems + threadIdx.x; start < end; start += threads * itemsAtOnce) {
        float4 sums[itemsAtOnce] = {};
        for (int firstRank = 0; firstRank < plan.ranks; firstRank += ranksAtOnce) {
            float4 values[itemsAtOnce][ranksAtOnce][slotsAtOnce];
            int counts[itemsAtOnce][ranksAtOnce];
            std::uint32_t addresses[itemsAtOnce][ranksAtOnce];
#pragma unroll
            for (int i = 0; i < itemsAtOnce; ++i) {
                const OutputItem item(min(start + i * threads, end - 1), inverseTokens, plan.tokens);
                const ItemSlots ofFull(full, item, slots, slotFloats), ofLast(last, item, slots, slotFloats);
#pragma unroll
                for (int r = 0; r < ranksAtOnce; ++r) {
                    const bool isLast = firstRank + r == plan.ranks - 1, present = firstRank + r < plan.ranks;
                    counts[i][r] = !present ? 0 : isLast ? ofLast.count : ofFull.count;
                    addresses[i][r] = isLast ? ofLast.address : ofFull.address;
#pragma unroll
                    for (int s = 0; s < slotsAtOnce; ++s)
                        values[i][r][s] = s < counts[i][r]
                                              ? loadFromRank(addresses[i][r] + s * slotFloats * 4, firstRank + r)
                                              : make_float4(0, 0, 0, 0);
                }
            }
#pragma unroll
            for (int i = 0; i < itemsAtOnce; ++i)
#pragma unroll
                for (int r = 0; r < ranksAtOnce; ++r) {
#pragma unroll
                    for (int s = 0; s < slotsAtOnce; ++s)
                        add(sums[i], values[i][r][s]);
                    for (int s = slotsAtOnce; s < counts[i][r]; ++s)
                        add(sums[i], loadFromRank(addresses[i][r] + s * slotFloats * 4, firstRank + r));
                }
        }
#pragma unroll
        for (int i = 0; i < itemsAtOnce; ++i)
            if (start + i * threads < end) {
                const OutputItem item(start + i * threads, inverseTokens, plan.tokens);
                storeFour<T>(plan, (share.firstBlock + item.block) * recordRows + item.quad * 4, item.token, sums[i]);
            }
    }
}

} // namespace awq::kernels::cuda

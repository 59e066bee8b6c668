// SPDX-License-Identifier: GPL-3.0-or-later
// One row block of a packed product on the CPU: the inner loop of fast_packed_linear.cpp, compiled once per
// instruction set (packed_rows_*.cpp).
//
// Activations are fixed-point numbers of 30 bits with one power of two per token, each in two halves of 16 bits: value
// = 2^15 high + low, so products with codes are exact 16-bit multiplications and 32-bit sums. The rounding, 2^-30 of
// the token's largest value, is below that of float32 sums.
#pragma once

#include <cstdint>

#include "kernels/layout.h"

namespace awq::kernels::cpu {

// Sixteen consecutive words of a chunk belong to one row phase r = row % 8. Lane 4t + i of them is row 8i + r, column
// phase t, and holds in one record the codes c = 4j + 2h + e of the columns 16j + 8h + 2t + e. Pair p of a lane is its
// codes 2p (lower 16 bits) and 2p + 1.
constexpr int rowLanes = 16;
constexpr int pairsPerLane = 16;

constexpr int fixedPointBits = 29; // of the largest magnitude of a token
constexpr int lowBits = 15;

// First column of a pair within a record.
constexpr int columnOf(int pair, int columnPhase) {
    return pair * 8 + 2 * columnPhase;
}

// Activations of one token for one record, in lane order.
struct alignas(64) RecordInput {
    std::uint32_t high[pairsPerLane][rowLanes], low[pairsPerLane][rowLanes];
    float groupSums[4][rowLanes]; // per parameter block, over the lane's codes, in fixed-point units
};

constexpr int tokensAtOnce = 4;

struct RowBlockProduct {
    PackedLayout layout;
    DType scaleType;
    const std::uint8_t* records;            // of the row block
    int tokens;                             // 1..tokensAtOnce
    const RecordInput* input[tokensAtOnce]; // [column blocks] of each token
};

struct alignas(64) RowBlockSums {
    float values[8][tokensAtOnce][rowLanes]; // by row phase; a row is the sum of its four column phases
};

using RowBlockFunction = void (*)(const RowBlockProduct& product, RowBlockSums& sums);

void multiplyRowBlockGeneric(const RowBlockProduct& product, RowBlockSums& sums);
void multiplyRowBlockAvx2(const RowBlockProduct& product, RowBlockSums& sums);
void multiplyRowBlockAvx512(const RowBlockProduct& product, RowBlockSums& sums);

} // namespace awq::kernels::cpu

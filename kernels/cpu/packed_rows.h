// SPDX-License-Identifier: GPL-3.0-or-later
// One row block of a packed product on the CPU: the inner loop of fast_packed_linear.cpp, compiled once per
// instruction set (packed_rows_*.cpp).
#pragma once

#include <cstdint>

#include "kernels/layout.h"

namespace awq::kernels::cpu {

// Sixteen consecutive words of a chunk belong to one row phase r = row % 8. Lane 4t + i of them is row 8i + r, column
// phase t, and holds in one record the codes c = 4j + 2h + e of the columns 16j + 8h + 2t + e.
constexpr int rowLanes = 16;
constexpr int codesPerLane = 32;

constexpr int columnOf(int code, int columnPhase) {
    return code / 4 * 16 + code / 2 % 2 * 8 + 2 * columnPhase + code % 2;
}

// Activations of one token for one record, in lane order.
struct alignas(64) RecordInput {
    float values[codesPerLane][rowLanes];
    float groupSums[4][rowLanes]; // per parameter block, over the lane's codes
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

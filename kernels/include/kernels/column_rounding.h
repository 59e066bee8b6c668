// SPDX-License-Identifier: GPL-3.0-or-later
// The columns of one group, one after another, for all rows of a weight: rounding that passes every error on to the
// columns behind it (GPTQ, Frantar et al. 2022), and one pass of cyclic coordinate descent over the codes.
// Everything is float32 and transposed: [groupSize, rows], a column contiguous.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/status.h"

namespace awq::kernels {

// For column j: code = clamp(round half to even(w / scale) + zero), error = (w - (code - zero) * scale) / U[j][j], and
// w of every later column k less error * U[j][k].
struct RoundColumnsArgs {
    std::int64_t rows = 0;
    std::int64_t groupSize = 128;  // 32, 64 or 128
    int maxCode = 15;              // codes lie in 0..maxCode
    const float* factor = nullptr; // U: the group's diagonal block of an upper factor, positive diagonal, zeros below
    std::int64_t factorStride = 0; // elements between its rows
    const float* weight = nullptr; // [groupSize, rows]
    const float* scales = nullptr; // [rows]
    const float* zeros = nullptr;  // [rows]
    float* codes = nullptr;        // [groupSize, rows], whole numbers
    float* errors = nullptr;       // [groupSize, rows]
};

// For column j: code = clamp(round((v - g_j / H[j][j]) / scale) + zero), step = its new value less v, and g_k of every
// later column k plus step * H[k][j]. The gradient given is read only; the caller updates it from the steps.
struct DescendColumnsArgs {
    std::int64_t rows = 0;
    std::int64_t groupSize = 128; // 32, 64 or 128
    int maxCode = 15;
    const float* gram = nullptr;     // H: the group's diagonal block of a symmetric matrix, positive diagonal
    std::int64_t gramStride = 0;     // elements between its rows
    const float* gradient = nullptr; // [groupSize, rows]: half the error's derivative by the values
    const float* scales = nullptr;   // [rows]
    const float* zeros = nullptr;    // [rows]
    float* values = nullptr;         // [groupSize, rows], in and out: (code - zero) * scale
    float* codes = nullptr;          // [groupSize, rows], out
    float* steps = nullptr;          // [groupSize, rows], out
};

namespace cpu {
Status roundColumns(const RoundColumnsArgs& args);
Status descendColumns(const DescendColumnsArgs& args);
} // namespace cpu
namespace cuda {
Status roundColumns(const RoundColumnsArgs& args, Stream stream);
Status descendColumns(const DescendColumnsArgs& args, Stream stream);
} // namespace cuda

} // namespace awq::kernels

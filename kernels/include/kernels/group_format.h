// SPDX-License-Identifier: GPL-3.0-or-later
// How a weight is rounded to integer codes group by group: the arithmetic that all search kernels share.
// Source: llm-awq pseudo_quantize_tensor. With W a group of groupSize consecutive columns of one row:
//
//   zero point: scale = max(max W - min W, 1e-5) / maxCode        zero = clamp(-round(min W / scale), 0, maxCode)
//   symmetric:  scale = max(max |W|, 1e-5) / (middle - 1)         zero = middle
//   code = clamp(round(W / scale) + zero, 0, maxCode)             value = (code - zero) * scale
//
// with maxCode = 2^bits - 1 and middle = 2^(bits-1). Division by a constant is multiplication by its reciprocal, as torch
// does it on a GPU, where the reference runs; the last bit decides ties. Every operation rounds to the type of the weight, half to even;
// scales are rounded once more to scaleType (float16: at most 65504). A NaN in a group makes its values NaN.
#pragma once

#include <cstdint>

#include "kernels/dtype.h"

namespace awq::kernels {

struct GroupFormat {
    int bits = 4;                     // 2..8
    std::int64_t groupSize = 128;     // > 0, divides the columns
    bool zeroPoint = true;            // false: symmetric
    DType scaleType = DType::float32; // float32: scales keep the type of the weight

    constexpr int maxCode() const { return (1 << bits) - 1; }
    constexpr int middle() const { return 1 << (bits - 1); }
};

} // namespace awq::kernels

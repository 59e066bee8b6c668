// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds a weight to integer codes group by group, as llm-awq and AutoAWQ do, and back.
// Every operation rounds to the dtype of the weight; rounding is half-to-even. Source: llm-awq pseudo_quantize_tensor.
#pragma once

#include <cstdint>

#include "core/tensor.h"

namespace awq::core {

struct GroupFormat {
    int bits = 4;
    std::int64_t groupSize = 128; // > 0, divides the columns
    bool zeroPoint = true;        // false: symmetric, codes around 2^(bits-1)

    int maxCode() const { return (1 << bits) - 1; }
    bool operator==(const GroupFormat&) const = default;
};

// [rows, columns] in groups of groupSize columns; groups = columns / groupSize.
// A weight is (code - zero) * scale.
struct QuantizedWeight {
    at::Tensor codes;  // uint8 [rows, columns]
    at::Tensor zeros;  // uint8 [rows, groups]
    at::Tensor scales; // [rows, groups], dtype of the weight
};

// `weight`: [rows, columns], any float dtype.
QuantizedWeight quantizeGroups(const at::Tensor& weight, const GroupFormat& format);
at::Tensor dequantize(const QuantizedWeight& quantized);                                  // [rows, columns], dtype of the scales
at::Tensor quantizeDequantize(const at::Tensor& weight, const GroupFormat& format);       // the round trip, without integers

// Clamps each group of `weight` to +-limit. `limit`: [rows, groups].
at::Tensor clampGroups(const at::Tensor& weight, const at::Tensor& limit);

} // namespace awq::core

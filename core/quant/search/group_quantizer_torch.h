// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds a weight to integer codes group by group, as llm-awq and AutoAWQ do, and back.
// Every operation rounds to the dtype of the weight; rounding is half-to-even. Source: llm-awq pseudo_quantize_tensor.
#pragma once

#include <cstdint>
#include <optional>

#include "core/tensor.h"

namespace awq::core {

struct GroupFormat {
    int bits = 4;                 // 2..8
    std::int64_t groupSize = 128; // > 0, divides the columns
    bool zeroPoint = true;        // false: symmetric, codes around 2^(bits-1)
    // The type that a checkpoint format keeps group scales in: they are rounded to it before zero points and codes are
    // chosen, so that what a loader computes from the file is what was searched. Empty: the weight's own.
    std::optional<at::ScalarType> scaleType = std::nullopt;

    int maxCode() const { return (1 << bits) - 1; }
    bool operator==(const GroupFormat&) const = default;
};

// [rows, columns] in groups of groupSize columns; groups = columns / groupSize.
// A weight is (code - zeroPoint) * groupScale.
struct QuantizedGroups {
    at::Tensor codes;       // uint8 [rows, columns]
    at::Tensor zeroPoints;  // uint8 [rows, groups]
    at::Tensor groupScales; // [rows, groups], dtype of the weight, values of GroupFormat::scaleType
};

// `weight`: [rows, columns], any float dtype, finite. A group of one value, or one that does not straddle zero, keeps
// the reference's treatment: its range is [min, max], not widened to contain zero.
QuantizedGroups quantizeGroups(const at::Tensor& weight, const GroupFormat& format);
at::Tensor dequantize(const QuantizedGroups& quantized); // [rows, columns], dtype of the group scales

// dequantize(quantizeGroups(weight)), without integers on the way.
at::Tensor quantizeDequantize(const at::Tensor& weight, const GroupFormat& format);

// The nearest group scales that the checkpoint can hold, in the dtype of the given ones; those too large for the type
// become its largest finite value.
at::Tensor storableScales(const at::Tensor& groupScales, const GroupFormat& format);

// Clamps each group of `weight` to +-limit. `limit`: [rows, groups].
at::Tensor clampGroups(const at::Tensor& weight, const at::Tensor& limit);

} // namespace awq::core

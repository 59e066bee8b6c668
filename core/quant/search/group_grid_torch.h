// SPDX-License-Identifier: GPL-3.0-or-later
// The values that the weights of each group may take: a step and a zero point per group, chosen before the codes are.
#pragma once

#include "core/quant/search/group_quantizer_torch.h"

namespace awq::core {

struct GroupGrid {
    at::Tensor groupScales; // float32 [rows, groups], positive, values of GroupFormat::scaleType
    at::Tensor zeroPoints;  // float32 [rows, groups], whole numbers 0..maxCode
};

GroupGrid gridOf(const QuantizedGroups& quantized);

// `codes`: [rows, columns], whole numbers of any dtype.
QuantizedGroups onGrid(const at::Tensor& codes, const GroupGrid& grid);

// Nearest codes on the grid, float32. Shapes broadcast: `values`, `scales` and `zeros` of any common layout.
at::Tensor nearestCodes(const at::Tensor& values, const at::Tensor& scales, const at::Tensor& zeros, int maxCode);

// The nearest codes of a whole weight, uint8 [rows, columns].
at::Tensor roundNearest(const at::Tensor& weight, const GroupGrid& grid, const GroupFormat& format);

} // namespace awq::core

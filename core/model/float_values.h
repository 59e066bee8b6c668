// SPDX-License-Identifier: GPL-3.0-or-later
// Stored float tensors as float32 values, and float32 values in a stored type.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/model/tensor_info.h"

namespace awq::core {

// F64, F32, F16, BF16 -> float32. Throws Error(badInput) for other types.
std::vector<float> toFloats(const TensorBytes& tensor);

// Rounds half-to-even to F64, F32, F16 or BF16. Throws Error(badInput) for other types.
TensorBytes fromFloats(std::span<const float> values, DType dtype, std::vector<std::int64_t> shape);

// The tensor in another float type; the same bytes when it has that type already or is not a float tensor. Throws
// Error(badInput) with `name` when a finite value becomes infinite (float16 ends at 65504).
TensorBytes converted(const TensorBytes& tensor, DType dtype, const std::string& name);

} // namespace awq::core

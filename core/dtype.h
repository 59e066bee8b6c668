// SPDX-License-Identifier: GPL-3.0-or-later
// Element types of stored tensors and the conversions of 16-bit floats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace awq::core {

enum class DType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

std::size_t sizeOf(DType dtype);                          // bytes per element
std::string_view nameOf(DType dtype);                     // as safetensors spells it: "F16", "BF16", "BOOL"
std::optional<DType> dtypeFromName(std::string_view name); // safetensors or torch spelling ("float16", "torch.bfloat16")
bool isFloat(DType dtype);

// IEEE half and bfloat16 as bit patterns; rounding is half-to-even, NaN stays NaN, subnormals are kept.
float halfToFloat(std::uint16_t bits);
std::uint16_t floatToHalf(float value);
float bfloat16ToFloat(std::uint16_t bits);
std::uint16_t floatToBfloat16(float value);

} // namespace awq::core

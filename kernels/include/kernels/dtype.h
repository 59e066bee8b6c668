// SPDX-License-Identifier: GPL-3.0-or-later
// Element types of the tensors that kernels read and write.
#pragma once

#include <cstdint>

namespace awq::kernels {

enum class DType : std::uint8_t { float32, float16, bfloat16 };

constexpr std::int64_t bytesOf(DType type) {
    return type == DType::float32 ? 4 : 2;
}

constexpr bool isSixteenBit(DType type) {
    return type == DType::float16 || type == DType::bfloat16;
}

} // namespace awq::kernels

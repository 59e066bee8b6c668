// SPDX-License-Identifier: GPL-3.0-or-later
// Element type names and 16-bit float conversions.
#include "core/dtype.h"

#include <array>
#include <bit>
#include <utility>

namespace awq::core {
namespace {

struct DTypeRow {
    DType dtype;
    std::size_t bytes;
    std::string_view safetensors, torch;
};

constexpr std::array<DTypeRow, 10> table{{
    {DType::F64, 8, "F64", "float64"},
    {DType::F32, 4, "F32", "float32"},
    {DType::F16, 2, "F16", "float16"},
    {DType::BF16, 2, "BF16", "bfloat16"},
    {DType::I64, 8, "I64", "int64"},
    {DType::I32, 4, "I32", "int32"},
    {DType::I16, 2, "I16", "int16"},
    {DType::I8, 1, "I8", "int8"},
    {DType::U8, 1, "U8", "uint8"},
    {DType::Bool, 1, "BOOL", "bool"},
}};

const DTypeRow& rowOf(DType dtype) { return table[static_cast<std::size_t>(dtype)]; }

} // namespace

std::size_t sizeOf(DType dtype) { return rowOf(dtype).bytes; }

std::string_view nameOf(DType dtype) { return rowOf(dtype).safetensors; }

std::optional<DType> dtypeFromName(std::string_view name) {
    constexpr std::string_view prefix = "torch.";
    if (name.starts_with(prefix))
        name.remove_prefix(prefix.size());
    for (const DTypeRow& row : table)
        if (name == row.safetensors || name == row.torch)
            return row.dtype;
    return std::nullopt;
}

bool isFloat(DType dtype) {
    return dtype == DType::F64 || dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16;
}

float halfToFloat(std::uint16_t bits) {
    const std::uint32_t sign = std::uint32_t(bits & 0x8000) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1f;
    const std::uint32_t mantissa = bits & 0x3ff;
    if (exponent == 0x1f)
        return std::bit_cast<float>(sign | 0x7f800000 | (mantissa << 13));
    if (exponent == 0) // zero and subnormals: mantissa * 2^-24
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(float(mantissa) * 0x1p-24f));
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

std::uint16_t floatToHalf(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint16_t sign = (bits >> 16) & 0x8000;
    const std::uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000)
        return sign | 0x7e00;
    if (magnitude >= 0x477ff000) // rounds to 65536 or beyond
        return sign | 0x7c00;
    if (magnitude < 0x38800000) { // below the smallest normal: adding 0.5 aligns the bits, the FPU rounds to even
        const float aligned = std::bit_cast<float>(magnitude) + 0.5f;
        return sign | std::uint16_t(std::bit_cast<std::uint32_t>(aligned) - 0x3f000000);
    }
    const std::uint32_t odd = (magnitude >> 13) & 1;
    return sign | std::uint16_t((magnitude - 0x38000000 + 0xfff + odd) >> 13);
}

float bfloat16ToFloat(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t(bits) << 16); }

std::uint16_t floatToBfloat16(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffff) > 0x7f800000)
        return std::uint16_t((bits >> 16) | 0x40);
    return std::uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

} // namespace awq::core

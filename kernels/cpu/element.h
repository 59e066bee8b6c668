// SPDX-License-Identifier: GPL-3.0-or-later
// Elements of CPU tensors: 16-bit floats that convert to and from float, and the choice of a type at run time.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/dtype.h"

namespace awq::kernels::cpu {

class Half {
public:
    Half() = default;
    explicit Half(float value) : m_bits(fromFloat(value)) {}
    operator float() const { return toFloat(m_bits); }

private:
    // Round half to even; overflow to infinity, subnormals kept.
    static std::uint16_t fromFloat(float value) {
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
        const std::uint32_t sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
        if (magnitude > 0x7f800000u)
            return std::uint16_t(sign | 0x7e00u);
        if (magnitude >= 0x477ff000u) // 65520 and above
            return std::uint16_t(sign | 0x7c00u);
        if (magnitude < 0x38800000u) { // below 2^-14: the sum's last place is 2^-24
            const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
            return std::uint16_t(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000u));
        }
        const std::uint32_t odd = (magnitude >> 13) & 1u;
        return std::uint16_t(sign | ((magnitude - 0x38000000u + 0xfffu + odd) >> 13));
    }

    static float toFloat(std::uint16_t bits) {
        const std::uint32_t sign = std::uint32_t(bits & 0x8000u) << 16, magnitude = bits & 0x7fffu;
        if (magnitude >= 0x7c00u)
            return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
        if (magnitude < 0x400u) {
            const float value = float(magnitude) * 0x1p-24f;
            return sign ? -value : value;
        }
        return std::bit_cast<float>(sign | ((magnitude << 13) + 0x38000000u));
    }

    std::uint16_t m_bits = 0;
};

class BFloat16 {
public:
    BFloat16() = default;
    explicit BFloat16(float value) : m_bits(fromFloat(value)) {}
    operator float() const { return std::bit_cast<float>(std::uint32_t(m_bits) << 16); }

private:
    static std::uint16_t fromFloat(float value) {
        const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
        if ((bits & 0x7fffffffu) > 0x7f800000u)
            return std::uint16_t((bits >> 16) | 0x40u);
        return std::uint16_t((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
    }

    std::uint16_t m_bits = 0;
};

// Calls f with a value of the element type.
template <typename F>
auto withElement(DType type, F f) {
    switch (type) {
    case DType::float16:
        return f(Half());
    case DType::bfloat16:
        return f(BFloat16());
    case DType::float32:
        break;
    }
    return f(float());
}

// `value` rounded to a type and back.
template <typename T>
float roundTo(float value) {
    return float(T(value));
}

inline float roundTo(DType type, float value) {
    return withElement(type, [&](auto element) { return roundTo<decltype(element)>(value); });
}

inline float load(DType type, const void* tensor, std::int64_t index) {
    return withElement(type, [&](auto element) { return float(static_cast<const decltype(element)*>(tensor)[index]); });
}

inline void store(DType type, void* tensor, std::int64_t index, float value) {
    withElement(type, [&](auto element) {
        using T = decltype(element);
        static_cast<T*>(tensor)[index] = T(value);
    });
}

// The larger or smaller; NaN when one is.
inline float propagatingMax(float a, float b) {
    return std::isnan(a) || a > b ? a : b;
}

inline float propagatingMin(float a, float b) {
    return std::isnan(a) || a < b ? a : b;
}

} // namespace awq::kernels::cpu

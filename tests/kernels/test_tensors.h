// SPDX-License-Identifier: GPL-3.0-or-later
// Tensors of the kernel tests: 16-bit elements, reproducible values, comparison.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/cpu/element.h"
#include "kernels/layout.h"
#include "kernels/packing.h"

namespace awq::test {

using kernels::DType;

// A tensor of any element type on the host.
class Tensor {
public:
    Tensor(DType type, std::int64_t size)
        : m_type(type), m_size(size), m_bytes(size_t(size * kernels::bytesOf(type))) {}

    DType type() const { return m_type; }
    std::int64_t size() const { return m_size; }
    std::size_t byteCount() const { return m_bytes.size(); }
    void* data() { return m_bytes.data(); }
    const void* data() const { return m_bytes.data(); }
    float at(std::int64_t index) const { return kernels::cpu::load(m_type, data(), index); }
    void set(std::int64_t index, float value) { kernels::cpu::store(m_type, data(), index, value); }
    bool operator==(const Tensor& other) const { return m_bytes == other.m_bytes; }

private:
    DType m_type;
    std::int64_t m_size;
    std::vector<std::uint8_t> m_bytes;
};

// Sum of uniform values: bell-shaped, with a mean so that sums do not cancel. Every `outlierStep`-th is 20 times
// larger.
inline Tensor randomTensor(DType type, std::int64_t size, unsigned seed, float spread = 1,
                           std::int64_t outlierStep = 0) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform(-0.5f, 0.5f);
    Tensor tensor(type, size);
    for (std::int64_t i = 0; i < size; ++i) {
        float value = uniform(random) + uniform(random) + uniform(random) + uniform(random) + 0.05f;
        if (outlierStep > 0 && i % outlierStep == 0)
            value *= 20;
        tensor.set(i, value * spread);
    }
    return tensor;
}

inline std::vector<float> randomFloats(std::int64_t size, unsigned seed, float smallest, float largest) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform(smallest, largest);
    std::vector<float> values(static_cast<std::size_t>(size));
    for (float& value : values)
        value = uniform(random);
    return values;
}

// |a - b| / |b| over all elements; infinite when one is not finite and the other differs.
template <typename A, typename B>
double relativeError(const A& a, const B& b, std::int64_t size) {
    double difference = 0, norm = 0;
    for (std::int64_t i = 0; i < size; ++i) {
        const double x = a(i), y = b(i);
        if (std::isfinite(x) && std::isfinite(y)) {
            difference += (x - y) * (x - y);
            norm += y * y;
        } else if (!(x == y || (std::isnan(x) && std::isnan(y)))) {
            return INFINITY;
        }
    }
    return norm > 0 ? std::sqrt(difference / norm) : std::sqrt(difference);
}

inline double relativeError(const Tensor& a, const Tensor& b) {
    return relativeError([&](std::int64_t i) { return a.at(i); }, [&](std::int64_t i) { return b.at(i); }, a.size());
}

inline double relativeError(const std::vector<float>& a, const std::vector<float>& b) {
    return relativeError([&](std::int64_t i) { return a[std::size_t(i)]; },
                         [&](std::int64_t i) { return b[std::size_t(i)]; }, std::int64_t(a.size()));
}

// A packed matrix with the parts it was made of.
struct PackedMatrix {
    kernels::PackedLayout layout;
    std::vector<std::uint8_t> codes, zeroPoints;
    Tensor scales;
    std::vector<std::uint8_t> packed;

    kernels::PackedWeight weight() const { return {layout, scales.type(), packed.data()}; }
};

inline PackedMatrix randomPacked(const kernels::PackedLayout& layout, DType scaleType, unsigned seed) {
    std::mt19937 random(seed);
    PackedMatrix matrix{layout, {}, {}, Tensor(scaleType, layout.rows * layout.groups()), {}};
    const unsigned levels = 1u << layout.bits;
    for (std::int64_t i = 0; i < layout.rows * layout.columns; ++i)
        matrix.codes.push_back(std::uint8_t(random() % levels));
    for (std::int64_t i = 0; i < matrix.scales.size(); ++i) {
        matrix.zeroPoints.push_back(std::uint8_t(random() % levels));
        matrix.scales.set(i, 0.002f + 0.008f * float(random() % 1024) / 1023.0f);
    }
    matrix.packed.resize(std::size_t(layout.bytes()));
    kernels::PackArgs args;
    args.layout = layout;
    args.scaleType = scaleType;
    args.codes = matrix.codes.data();
    args.zeroPoints = matrix.zeroPoints.data();
    args.givenScaleType = scaleType;
    args.scales = matrix.scales.data();
    args.packed = matrix.packed.data();
    kernels::cpu::pack(args);
    return matrix;
}

// Relative error that rounding to the type alone may cause.
inline double roundingOf(kernels::DType type) {
    return type == kernels::DType::float32 ? 2e-6 : type == kernels::DType::float16 ? 5e-4 : 4e-3;
}

} // namespace awq::test

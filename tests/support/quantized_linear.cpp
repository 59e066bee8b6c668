// SPDX-License-Identifier: GPL-3.0-or-later
// Round-to-nearest quantization.
#include "tests/support/quantized_linear.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "core/model/float_values.h"

namespace awq::test {

std::vector<float> RoundedLinear::dense() const {
    std::vector<float> weight(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::size_t group = i / std::size_t(groupSize);
        weight[i] = float(int(codes[i]) - int(zeros[group])) * scales[group];
    }
    return weight;
}

RoundedLinear roundToNearest(const std::string& name, const std::vector<float>& weight, std::int64_t rows,
                             std::int64_t columns, int bits, std::int64_t groupSize, core::DType dtype) {
    RoundedLinear linear{name, rows, columns, groupSize, {}, {}, {}};
    const float top = float((1 << bits) - 1);
    for (std::size_t first = 0; first < weight.size(); first += std::size_t(groupSize)) {
        const auto [low, high] = std::minmax_element(weight.begin() + std::ptrdiff_t(first),
                                                     weight.begin() + std::ptrdiff_t(first) + groupSize);
        const float step = std::max(*high - *low, 1e-5f) / top;
        const float scale = core::toFloats(core::fromFloats(std::vector<float>{step}, dtype, {1})).front();
        const float zero = std::clamp(-std::nearbyint(*low / scale), 0.0f, top);
        linear.scales.push_back(scale);
        linear.zeros.push_back(std::uint8_t(zero));
        for (std::size_t i = first; i < first + std::size_t(groupSize); ++i)
            linear.codes.push_back(std::uint8_t(std::clamp(std::nearbyint(weight[i] / scale) + zero, 0.0f, top)));
    }
    return linear;
}

std::vector<float> randomWeight(std::int64_t rows, std::int64_t columns, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    for (float& value : values) {
        double sum = -6; // twelve uniform numbers: variance 1
        for (int i = 0; i < 12; ++i)
            sum += random() * 0x1p-32;
        value = float(sum / std::sqrt(double(columns)));
    }
    return values;
}

} // namespace awq::test

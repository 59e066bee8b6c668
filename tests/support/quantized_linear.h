// SPDX-License-Identifier: GPL-3.0-or-later
// Round-to-nearest quantization in plain C++, to have something to write and to compare with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/export/checkpoint_facts.h"

namespace awq::test {

struct RoundedLinear {
    std::string name;
    std::int64_t rows = 0, columns = 0, groupSize = 0;
    std::vector<std::uint8_t> codes, zeros; // [rows, columns], [rows, groups]
    std::vector<float> scales;              // [rows, groups], values of `dtype`

    core::QuantizedLinear view() const { return {name, codes, zeros, scales}; }
    std::vector<float> dense() const; // [rows, columns]
};

// Asymmetric, range [min, max] of each group; scales are rounded to dtype.
RoundedLinear roundToNearest(const std::string& name, const std::vector<float>& weight, std::int64_t rows,
                             std::int64_t columns, int bits, std::int64_t groupSize, core::DType dtype);

// Normally distributed values of about 1/sqrt(columns); the same seed gives the same values.
std::vector<float> randomWeight(std::int64_t rows, std::int64_t columns, unsigned seed);

} // namespace awq::test

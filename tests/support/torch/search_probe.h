// SPDX-License-Identifier: GPL-3.0-or-later
// The search seen from tests: plain vectors in, plain vectors out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace awq::test {

struct RoundTrip {
    std::vector<int> codes, zeroPoints;
    std::vector<float> groupScales, values; // values: codes dequantized
    bool oneWay = false;                    // quantizeDequantize() gave the very same values
};

// `weights`: [rows, columns]. halfScales: group scales are values of float16.
RoundTrip roundTrip(const std::vector<float>& weights, std::int64_t columns, int bits, std::int64_t groupSize,
                    bool zeroPoint, bool halfScales);

struct ScaleCurve {
    std::vector<double> losses;
    int best = -1;
    std::vector<float> channelScale;
};

// The search of one linear's channel scale on random inputs with outlier channels: by the Gram matrix, or by running
// the linear. brokenRatio: that candidate's error is NaN.
ScaleCurve searchedScale(std::int64_t rows, std::int64_t columns, std::int64_t tokens, bool gram,
                         std::optional<int> brokenRatio = std::nullopt, int threads = 1);

struct ClipComparison {
    double worstLoss = 0; // largest relative difference of the summed losses from the plain computation
    double agreement = 0; // share of groups with the same fraction
};

// The clip search against the plain double-precision one, products with every token written out.
ClipComparison comparedClips(std::int64_t rows, std::int64_t columns, std::int64_t tokens, std::int64_t groupSize);

} // namespace awq::test

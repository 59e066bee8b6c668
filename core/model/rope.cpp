// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary frequencies and ALiBi slopes.
#include "core/model/rope.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace awq::core {
namespace {

constexpr double twoPi = 2 * std::numbers::pi;

std::vector<float> plainFrequencies(double theta, std::int64_t rotaryDim) {
    std::vector<float> frequencies(rotaryDim / 2);
    for (std::size_t i = 0; i < frequencies.size(); ++i)
        frequencies[i] = 1.0f / std::pow(float(theta), float(2 * i) / float(rotaryDim));
    return frequencies;
}

// NTK-aware: a larger theta once the sequence exceeds the trained context.
double dynamicTheta(const RopeSpec& rope, std::int64_t length) {
    if (length <= rope.trainedContext)
        return rope.theta;
    const double stretch = rope.factor * double(length) / double(rope.trainedContext) - (rope.factor - 1);
    return rope.theta * std::pow(stretch, double(rope.rotaryDim) / double(rope.rotaryDim - 2));
}

// Long wavelengths are stretched, short ones kept, those between blended.
float llama3Frequency(const RopeSpec& rope, float frequency) {
    const double wavelength = twoPi / frequency;
    const double context = double(rope.trainedContext);
    if (wavelength > context / rope.lowFrequencyFactor)
        return float(frequency / rope.factor);
    if (wavelength < context / rope.highFrequencyFactor)
        return frequency;
    const double share =
        (context / wavelength - rope.lowFrequencyFactor) / (rope.highFrequencyFactor - rope.lowFrequencyFactor);
    return float((1 - share) * frequency / rope.factor + share * frequency);
}

// The pair that turns `turns` times within the trained context.
double yarnPair(const RopeSpec& rope, double turns) {
    return double(rope.rotaryDim) * std::log(double(rope.trainedContext) / (turns * twoPi)) /
           (2 * std::log(rope.theta));
}

// Pairs below a ramp are kept, above it stretched.
std::vector<float> yarnFrequencies(const RopeSpec& rope) {
    double low = yarnPair(rope, rope.betaFast), high = yarnPair(rope, rope.betaSlow);
    if (rope.truncate) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, double(rope.rotaryDim - 1));
    if (low == high)
        high += 0.001;
    std::vector<float> frequencies = plainFrequencies(rope.theta, rope.rotaryDim);
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        const double stretched = std::clamp((double(i) - low) / (high - low), 0.0, 1.0);
        frequencies[i] = float(frequencies[i] / rope.factor * stretched + frequencies[i] * (1 - stretched));
    }
    return frequencies;
}

} // namespace

std::vector<float> inverseFrequencies(const RopeSpec& rope, std::int64_t length) {
    if (rope.kind == RopeKind::yarn)
        return yarnFrequencies(rope);
    const double theta = rope.kind == RopeKind::dynamic ? dynamicTheta(rope, length) : rope.theta;
    std::vector<float> frequencies = plainFrequencies(theta, rope.rotaryDim);
    const std::vector<double>& stretch = length > rope.trainedContext ? rope.longFactors : rope.shortFactors;
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        if (rope.kind == RopeKind::linear)
            frequencies[i] = float(frequencies[i] / rope.factor);
        else if (rope.kind == RopeKind::llama3)
            frequencies[i] = llama3Frequency(rope, frequencies[i]);
        else if (rope.kind == RopeKind::longrope)
            frequencies[i] = float(frequencies[i] / stretch[i]);
    }
    return frequencies;
}

std::vector<double> alibiSlopes(std::int64_t heads, double maximumBias) {
    const auto power = std::int64_t(std::bit_ceil(std::uint64_t(heads)));
    std::vector<double> all(power);
    for (std::int64_t i = 0; i < power; ++i)
        all[i] = std::exp2(-maximumBias * double(i + 1) / double(power));
    if (power == heads)
        return all;
    std::vector<double> slopes;
    for (std::int64_t i = 1; i < power; i += 2) // the slopes of half as many heads
        slopes.push_back(all[i]);
    for (std::int64_t i = 0; i < power; i += 2)
        slopes.push_back(all[i]);
    slopes.resize(heads);
    return slopes;
}

} // namespace awq::core

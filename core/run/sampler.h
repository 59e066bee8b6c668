// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses the next token from logits: the likeliest, or drawn with temperature from the smallest set of tokens that
// holds topP.
#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace awq::core {

struct SamplingOptions {
    double temperature = 0; // 0: greedy
    double topP = 1;        // 0 < topP <= 1
    std::uint64_t seed = 42;
};

class Sampler {
public:
    explicit Sampler(const SamplingOptions& options) : m_options(options), m_random(options.seed) {}

    // Index of the chosen token; equal logits: the lowest id. The same seed and logits choose the same tokens
    // everywhere.
    std::int32_t choose(std::span<const float> logits);

private:
    SamplingOptions m_options;
    std::mt19937_64 m_random;
};

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// What a search needs to know about the input of one or several linears, gathered batch by batch so that the
// activations themselves need not be kept.
#pragma once

#include <cstdint>
#include <vector>

#include "core/tensor.h"

namespace awq::core {

class InputStatistics {
public:
    struct Options {
        bool gram = true;            // also gather X^T X: channels^2 float32 values
        std::int64_t sampleStep = 1; // every how manieth token is kept for the clip search, from the first one on
        std::int64_t firstToken = 0; // number of the first token that will be added, in the whole calibration
    };

    explicit InputStatistics(Options options) : m_options(options) {}

    // `input`: [..., channels], any float dtype; the tokens follow those added before.
    void add(const at::Tensor& input);
    // What `next` gathered, as if its inputs were added after those here.
    void merge(const InputStatistics& next);

    std::int64_t tokens() const { return m_tokens; }
    bool finite() const;                       // no infinity or NaN was seen (true when nothing was)
    at::Tensor meanMagnitude() const;          // float32 [channels]: mean |x| over all tokens
    at::Tensor gram() const { return m_gram; } // float32 [channels, channels]: X^T X; undefined unless asked for
    at::Tensor sample() const;                 // [tokens / sampleStep, channels], dtype of the inputs

private:
    Options m_options;
    std::int64_t m_tokens = 0;
    at::Tensor m_magnitude; // float64 [channels]: sum of |x|
    at::Tensor m_gram;
    std::vector<at::Tensor> m_sampled;
};

// llm-awq's spacing of `count` tokens out of `tokens`: every (tokens / count)-th, at least one apart.
std::int64_t sampleStepFor(std::int64_t tokens, std::int64_t count);

// X^T X in float32. `rows`: [tokens, channels].
at::Tensor gramOf(const at::Tensor& rows);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Frequencies of rotary positions, plain and stretched to longer contexts.
#pragma once

#include <vector>

#include "core/model/decoder_spec.h"

namespace awq::core {

// Radians per position of each pair of elements, [rotaryDim / 2], for sequences of `length` tokens (dynamic and
// longrope depend on it). Steps round to float32 where Transformers' do.
std::vector<float> inverseFrequencies(const RopeSpec& rope, std::int64_t length);

// Slope of each head (ALiBi paper, section 3; numbers of heads that are no power of two take every second one of the
// next).
std::vector<double> alibiSlopes(std::int64_t heads, double maximumBias);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// The weight that, fed with the quantized model's inputs, comes closest to the float model's outputs: what rounding
// then aims at instead of the original weight.
#pragma once

#include <cstdint>

#include "core/tensor.h"

namespace awq::core {

// Second moments of a linear's inputs, sums over tokens until mean() is asked for; all float32.
// X: inputs in the quantized stream [tokens, columns]; X_f: the same tokens' in the float one.
struct InputMoments {
    at::Tensor gram;      // [columns, columns] X^T X
    at::Tensor inputGap;  // [columns, columns] X^T (X_f - X); undefined: not to be corrected for
    at::Tensor outputGap; // [columns, rows] X^T E, E: an error of the output to be made up for; undefined: none
    std::int64_t tokens = 0;

    bool hasGap() const { return inputGap.defined() || outputGap.defined(); }
    void add(const InputMoments& next); // of other tokens
    InputMoments mean() const;          // divided by the number of tokens, which stays
};

// left^T right in float32, over the tokens. [tokens, a], [tokens, b] -> [a, b].
at::Tensor crossOf(const at::Tensor& left, const at::Tensor& right);

// W + (H^-1 D)^T with H = damped gram and D = inputGap W^T + outputGap; solved in double. `weight`: float32 [rows,
// columns]; `moments`: means, with a gap; `factor`: inverseFactor(damped(moments.gram)).
at::Tensor correctedTarget(const at::Tensor& weight, const InputMoments& moments, const at::Tensor& factor);

} // namespace awq::core

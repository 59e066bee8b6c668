// SPDX-License-Identifier: GPL-3.0-or-later
// What rounding did to one linear, in the units of the float model.
#pragma once

#include <utility>

#include "core/quant/results.h"
#include "core/tensor.h"

namespace awq::core {

// The channel scales that were folded into a weight: its columns times columnScale, rows from rowScale.first on divided by the rest.
struct FoldedScales {
    at::Tensor columnScale;                       // [in], or undefined
    std::pair<std::int64_t, at::Tensor> rowScale; // first row and [rows scaled], or undefined

    at::Tensor unfolded(const at::Tensor& weight) const; // the scales taken out again
};

// Fills weightMse, outputMse, weightError and the histogram. `original`, `effective`: [out, in]; `sample`: [tokens, in], or undefined
// when the linear saw no token.
void measureLinear(const at::Tensor& original, const at::Tensor& effective, const at::Tensor& sample, LinearResult& result);

} // namespace awq::core

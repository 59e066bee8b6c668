// SPDX-License-Identifier: GPL-3.0-or-later
// The channel scale that makes the expected rounding error of a scale set smallest, solved instead of searched.
// Rounding W s to groups and folding back leaves, if rounding errors are independent of each other and of the inputs,
//   sum over groups g of  A_g B_g / 12,   A_g = sum over channels j of g of  power_j / s_j^2,
//                                         B_g = sum over rows r of  step_rg^2,   step_rg ~ max over j of |w_rj| s_j.
// Groups do not depend on each other, and with a p-norm in the place of the maximum log(A_g B_g) is convex in log s.
#pragma once

#include <stop_token>
#include <vector>

#include "core/quant/search/scale_search_torch.h"

namespace awq::core {

// `inputMean`: float32 [channels], mean magnitude per channel; its square stands for the power, so that a few tokens
// with huge values do not decide. Float32 [channels], geometric mean 1 in every group; ones when no consumer is
// quantized. Throws Error(cancelled).
at::Tensor solvedChannelScale(const std::vector<SearchedWeight>& consumers, const at::Tensor& inputMean,
                              std::stop_token stop);

// The expected mean squared error of the outputs under `channelScale`, by the formula above with the true ranges.
double expectedError(const std::vector<SearchedWeight>& consumers, const at::Tensor& inputMean,
                     const at::Tensor& channelScale);

// 0, 0.1 .. 1: from no scaling to the solved scale.
std::vector<double> solvedPowers();

// Expected errors of these powers of the solved scale, and the best of them.
ScaleSearchResult solvedScaleCurve(const std::vector<SearchedWeight>& consumers, const at::Tensor& inputMean,
                                   const std::vector<double>& powers, std::stop_token stop);

} // namespace awq::core

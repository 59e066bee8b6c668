// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ's search for the clip of every group of a linear. Source: llm-awq auto_clip.
#pragma once

#include <stop_token>
#include <vector>

#include "core/quant/search/group_quantizer_torch.h"
#include "core/quant/search/workers_torch.h"

namespace awq::core {

// The shares of a group's largest magnitude that llm-awq tries: 1.00, 0.95 .. 0.55.
std::vector<double> awqClipFractions();

struct ClipSearchResult {
    at::Tensor limit;           // [rows, groups] the clamp, dtype of the weight
    at::Tensor fraction;        // float32 [rows, groups] limit / largest magnitude
    std::vector<double> losses; // per fraction: the error below, summed over rows and groups
};

// How the error is computed, the same up to rounding: by whichever way is the quickest, or with the products of every
// sampled token, as it is defined.
enum class ClipMeasure { quickest, products };

// Per row and group the fraction with the smallest mean over tokens of (sum_k x_k (Q(clamp(w))_k - w_k))^2; the first
// of equals wins. `weight`: [rows, columns]; `sample`: [tokens, columns], the inputs of this very weight.
ClipSearchResult searchClip(const at::Tensor& weight, const at::Tensor& sample, const GroupFormat& format,
                            const std::vector<double>& fractions, const Workers& workers, std::stop_token stop,
                            ClipMeasure measure = ClipMeasure::quickest);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Search for the range of every group, its two ends apart, by the error that the group's inputs make of it.
#pragma once

#include <stop_token>
#include <vector>

#include "core/quant/search/group_grid_torch.h"
#include "core/quant/search/workers_torch.h"

namespace awq::core {

struct RangeSearchResult {
    GroupGrid grid;
    at::Tensor fraction;        // float32 [rows, groups]: width of the chosen range / width of the full one
    std::vector<double> losses; // per fraction, both ends at it: the error below, summed over rows and groups
};

// The diagonal blocks of a Gram matrix [columns, columns]: [groups, groupSize, groupSize].
at::Tensor groupGramsOf(const at::Tensor& gram, std::int64_t groupSize);

// Tries every pair of `fractions` of the group's maximum and minimum (widened to contain zero); symmetric formats:
// every fraction of the largest magnitude. Per row and group the pair with the smallest d^T H_gg d wins, d = Q(w) - w
// without clamping w itself; the first of equals. `weight`: float32 [rows, columns]; `groupGrams`: of this very
// weight's inputs, float32.
RangeSearchResult searchRanges(const at::Tensor& weight, const at::Tensor& groupGrams, const GroupFormat& format,
                               const std::vector<double>& fractions, const Workers& workers, std::stop_token stop);

} // namespace awq::core

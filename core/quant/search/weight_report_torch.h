// SPDX-License-Identifier: GPL-3.0-or-later
// What rounding did to one linear: errors of its weights and its output, and the distribution of its values.
#pragma once

#include <cstdint>

#include "core/quant/results.h"
#include "core/quant/search/workers_torch.h"
#include "core/tensor.h"

namespace awq::core {

// Mean squared difference per group. Both [rows, columns]; float32 [rows, columns / groupSize].
at::Tensor groupErrors(const at::Tensor& original, const at::Tensor& rounded, std::int64_t groupSize);

// Both in the same `bins` equal bins from the smallest to the largest value of either.
Histogram histogramOf(const at::Tensor& original, const at::Tensor& rounded, const Workers& workers, int bins = 256);

} // namespace awq::core

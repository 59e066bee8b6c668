// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding and the clip search on a GPU by our own kernels. Unless it says otherwise, weights are contiguous and of a
// type that kernelsTake(), and every operation rounds to that type.
#pragma once

#include "core/model/decoder/kernel_calls_torch.h"
#include "core/quant/search/group_quantizer_torch.h"

namespace awq::core {

// Q(W s) / s. `channelScale`: float32 [columns].
at::Tensor scaledRoundTripByKernel(const at::Tensor& weight, const at::Tensor& channelScale, const GroupFormat& format);

// (Q(W s) / s - W) * columnFactors * rowFactors in float16; the factors, float32, keep it in range.
at::Tensor weightedResidualByKernel(const at::Tensor& weight, const at::Tensor& channelScale, const GroupFormat& format,
                                    const at::Tensor& columnFactors, const at::Tensor& rowFactors);

// Sums of squares of (a - b) per row, or of a * b; `b` may be undefined with the former. Rows at any stride. float32.
at::Tensor squaredDistances(const at::Tensor& a, const at::Tensor& b);
void addRowProducts(const at::Tensor& a, const at::Tensor& b, at::Tensor& sums);

struct KernelClips {
    at::Tensor limit;  // [rows, groups] dtype of the weight
    at::Tensor choice; // uint8 [rows, groups] index of the fraction
    at::Tensor errors; // float32 [fractions, rows, groups]
};
// `gram`: float32 [groups, groupSize, groupSize], the mean of x x^T per group; group sizes 32, 64 and 128.
KernelClips searchClipByKernel(const at::Tensor& weight, const at::Tensor& gram, const GroupFormat& format,
                               const std::vector<double>& fractions);
bool clipKernelTakes(const at::Tensor& weight, const GroupFormat& format);

// The columns of one group in turn, see kernels/column_rounding.h. Tensors of columns are float32 [groupSize, rows],
// contiguous; `scales` and `zeros` float32 [rows], contiguous; the matrices [groupSize, groupSize] may be views.
bool columnKernelsTake(const at::Tensor& columns, std::int64_t groupSize);
void roundColumnsByKernel(const at::Tensor& weight, const at::Tensor& factor, const at::Tensor& scales,
                          const at::Tensor& zeros, int maxCode, at::Tensor codes, at::Tensor errors);
void descendColumnsByKernel(const at::Tensor& gradient, const at::Tensor& gram, const at::Tensor& scales,
                            const at::Tensor& zeros, int maxCode, at::Tensor values, at::Tensor codes,
                            at::Tensor steps);

} // namespace awq::core

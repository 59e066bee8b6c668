// SPDX-License-Identifier: GPL-3.0-or-later
// Arguments of the search kernels from tensors.
#include "core/tensor.h"

#include "core/quant/search/kernel_rounding_torch.h"

#include <algorithm>

#include "kernels/clip_search.h"
#include "kernels/column_rounding.h"
#include "kernels/group_gram.h"
#include "kernels/quantize_dequantize.h"
#include "kernels/row_reductions.h"

namespace awq::core {
namespace {

kernels::GroupFormat kernelFormat(const GroupFormat& format) {
    kernels::GroupFormat result;
    result.bits = format.bits;
    result.groupSize = format.groupSize;
    result.zeroPoint = format.zeroPoint;
    if (format.scaleType)
        result.scaleType = kernelType(*format.scaleType);
    return result;
}

at::Tensor roundTrip(const at::Tensor& weight, const at::Tensor& channelScale, const GroupFormat& format,
                     const at::Tensor& columnFactors, const at::Tensor& rowFactors) {
    const bool residual = columnFactors.defined();
    at::Tensor output = at::empty(weight.sizes(), weight.options().dtype(residual ? at::kHalf : weight.scalar_type()));
    kernels::QuantizeDequantizeArgs args;
    args.type = kernelType(weight.scalar_type());
    args.format = kernelFormat(format);
    args.rows = weight.size(0);
    args.columns = weight.size(1);
    args.weight = weight.const_data_ptr();
    args.channelScales = channelScale.const_data_ptr<float>();
    if (residual) {
        args.columnFactors = columnFactors.const_data_ptr<float>();
        args.rowFactors = rowFactors.const_data_ptr<float>();
    }
    args.output = output.mutable_data_ptr();
    requireLaunched(kernels::cuda::quantizeDequantize(args, nullptr), "quantize-dequantize");
    return output;
}

kernels::RowReductionArgs reduction(kernels::RowReductionArgs::Kind kind, const at::Tensor& a, const at::Tensor& b,
                                    at::Tensor& sums) {
    kernels::RowReductionArgs args;
    args.kind = kind;
    args.type = kernelType(a.scalar_type());
    args.rows = a.size(0);
    args.columns = a.size(1);
    args.a = a.const_data_ptr();
    args.strideA = a.stride(0);
    if (b.defined()) {
        args.b = b.const_data_ptr();
        args.strideB = b.stride(0);
    }
    args.sums = sums.mutable_data_ptr<float>();
    return args;
}

} // namespace

at::Tensor scaledRoundTripByKernel(const at::Tensor& weight, const at::Tensor& channelScale,
                                   const GroupFormat& format) {
    return roundTrip(weight, channelScale, format, {}, {});
}

at::Tensor weightedResidualByKernel(const at::Tensor& weight, const at::Tensor& channelScale, const GroupFormat& format,
                                    const at::Tensor& columnFactors, const at::Tensor& rowFactors) {
    return roundTrip(weight, channelScale, format, columnFactors, rowFactors);
}

at::Tensor squaredDistances(const at::Tensor& a, const at::Tensor& b) {
    at::Tensor sums = at::empty({a.size(0)}, a.options().dtype(at::kFloat));
    const auto args = reduction(kernels::RowReductionArgs::Kind::squaredDifference, a, b, sums);
    requireLaunched(kernels::cuda::rowReduction(args, nullptr), "squared distances");
    return sums;
}

void addRowProducts(const at::Tensor& a, const at::Tensor& b, at::Tensor& sums) {
    auto args = reduction(kernels::RowReductionArgs::Kind::product, a, b, sums);
    args.accumulate = true;
    requireLaunched(kernels::cuda::rowReduction(args, nullptr), "row products");
}

bool clipKernelTakes(const at::Tensor& weight, const GroupFormat& format) {
    return kernelsTake(weight) && (format.groupSize == 32 || format.groupSize == 64 || format.groupSize == 128);
}

KernelClips searchClipByKernel(const at::Tensor& weight, const at::Tensor& gram, const GroupFormat& format,
                               const std::vector<double>& fractions) {
    const std::int64_t rows = weight.size(0), groups = gram.size(0), size = format.groupSize;
    const at::Tensor norms = at::empty({groups * size}, gram.options());
    const at::Tensor correlations = at::empty({groups, size, size}, gram.options().dtype(at::kHalf));
    kernels::NormalizeGroupGramArgs normalize;
    normalize.groups = groups;
    normalize.groupSize = size;
    normalize.gram = gram.const_data_ptr<float>();
    normalize.norms = norms.mutable_data_ptr<float>();
    normalize.correlations = correlations.mutable_data_ptr();
    requireLaunched(kernels::cuda::normalizeGroupGram(normalize, nullptr), "normalized Gram matrices");
    KernelClips found;
    found.limit = at::empty({rows, groups}, weight.options());
    found.choice = at::empty({rows, groups}, weight.options().dtype(at::kByte));
    found.errors = at::empty({std::int64_t(fractions.size()), rows, groups}, gram.options());
    kernels::ClipSearchArgs args;
    args.type = kernelType(weight.scalar_type());
    args.format = kernelFormat(format);
    args.rows = rows;
    args.columns = weight.size(1);
    args.weight = weight.const_data_ptr();
    args.norms = norms.const_data_ptr<float>();
    args.correlations = correlations.const_data_ptr();
    args.fractionCount = int(fractions.size());
    std::copy(fractions.begin(), fractions.end(), args.fractions);
    args.limits = found.limit.mutable_data_ptr();
    args.choices = found.choice.mutable_data_ptr<std::uint8_t>();
    args.errors = found.errors.mutable_data_ptr<float>();
    requireLaunched(kernels::cuda::clipSearch(args, nullptr), "clip search");
    return found;
}

bool columnKernelsTake(const at::Tensor& columns, std::int64_t groupSize) {
    return columns.is_cuda() && columns.scalar_type() == at::kFloat &&
           (groupSize == 32 || groupSize == 64 || groupSize == 128);
}

void roundColumnsByKernel(const at::Tensor& weight, const at::Tensor& factor, const at::Tensor& scales,
                          const at::Tensor& zeros, int maxCode, at::Tensor codes, at::Tensor errors) {
    kernels::RoundColumnsArgs args;
    args.rows = weight.size(1);
    args.groupSize = weight.size(0);
    args.maxCode = maxCode;
    args.factor = factor.const_data_ptr<float>();
    args.factorStride = factor.stride(0);
    args.weight = weight.const_data_ptr<float>();
    args.scales = scales.const_data_ptr<float>();
    args.zeros = zeros.const_data_ptr<float>();
    args.codes = codes.mutable_data_ptr<float>();
    args.errors = errors.mutable_data_ptr<float>();
    requireLaunched(kernels::cuda::roundColumns(args, nullptr), "compensated rounding");
}

void descendColumnsByKernel(const at::Tensor& gradient, const at::Tensor& gram, const at::Tensor& scales,
                            const at::Tensor& zeros, int maxCode, at::Tensor values, at::Tensor codes,
                            at::Tensor steps) {
    kernels::DescendColumnsArgs args;
    args.rows = gradient.size(1);
    args.groupSize = gradient.size(0);
    args.maxCode = maxCode;
    args.gram = gram.const_data_ptr<float>();
    args.gramStride = gram.stride(0);
    args.gradient = gradient.const_data_ptr<float>();
    args.scales = scales.const_data_ptr<float>();
    args.zeros = zeros.const_data_ptr<float>();
    args.values = values.mutable_data_ptr<float>();
    args.codes = codes.mutable_data_ptr<float>();
    args.steps = steps.mutable_data_ptr<float>();
    requireLaunched(kernels::cuda::descendColumns(args, nullptr), "refinement of codes");
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Errors and histograms of a rounded weight.
#include "core/run/linear_error_torch.h"

#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

constexpr std::int64_t histogramBins = 256;

std::vector<std::uint64_t> countsOf(const at::Tensor& weight, double minimum, double maximum) {
    const std::vector<float> counts = floatsOf(at::histc(weight, histogramBins, minimum, maximum));
    return {counts.begin(), counts.end()};
}

} // namespace

at::Tensor FoldedScales::unfolded(const at::Tensor& weight) const {
    at::Tensor result = columnScale.defined() ? weight / columnScale.to(weight.scalar_type()) : weight.clone();
    if (rowScale.second.defined())
        result.slice(0, rowScale.first, rowScale.first + rowScale.second.size(0))
            .mul_(rowScale.second.to(weight.scalar_type()).unsqueeze(1));
    return result;
}

void measureLinear(const at::Tensor& original, const at::Tensor& effective, const at::Tensor& sample, LinearResult& result) {
    const at::Tensor wide = original.to(at::kFloat);
    const at::Tensor rounded = effective.to(at::kFloat);
    const at::Tensor difference = rounded - wide;
    const at::Tensor groupErrors = difference.square().view({result.rows, result.groups, -1}).mean(2);
    result.weightError = floatsOf(groupErrors);
    result.weightMse = groupErrors.mean().item<double>();
    if (sample.defined())
        result.outputMse = at::mm(sample.to(at::kFloat), difference.t()).square_().mean().item<double>();
    result.histogram.minimum = std::min(wide.min().item<double>(), rounded.min().item<double>());
    result.histogram.maximum = std::max(wide.max().item<double>(), rounded.max().item<double>());
    result.histogram.before = countsOf(wide, result.histogram.minimum, result.histogram.maximum);
    result.histogram.after = countsOf(rounded, result.histogram.minimum, result.histogram.maximum);
}

} // namespace awq::core

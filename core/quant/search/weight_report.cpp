// SPDX-License-Identifier: GPL-3.0-or-later
// Errors and histograms of a rounded weight.
#include "core/quant/search/weight_report_torch.h"

#include <algorithm>
#include <vector>

namespace awq::core {
namespace {

constexpr std::int64_t chunkElements = 1 << 21; // bounds the int64 bin numbers of a histogram to 16 MB

std::vector<std::uint64_t> countsOf(const at::Tensor& values, double minimum, double binWidth, int bins) {
    const at::Tensor flat = values.reshape({-1});
    at::Tensor counts = at::zeros({bins}, flat.options().dtype(at::kLong));
    for (std::int64_t first = 0; first < flat.size(0); first += chunkElements) {
        const at::Tensor chunk = flat.slice(0, first, first + chunkElements).to(at::kDouble);
        const at::Tensor bin = chunk.sub(minimum).div_(binWidth).floor_().clamp_(0, bins - 1).to(at::kLong);
        counts.add_(at::bincount(bin, {}, bins));
    }
    const at::Tensor host = counts.cpu();
    const auto* first = host.const_data_ptr<std::int64_t>();
    return {first, first + bins};
}

} // namespace

at::Tensor groupErrors(const at::Tensor& original, const at::Tensor& rounded, std::int64_t groupSize) {
    const at::Tensor change = (rounded - original).to(at::kFloat).view({original.size(0), -1, groupSize});
    return (change * change).mean(2);
}

Histogram histogramOf(const at::Tensor& original, const at::Tensor& rounded, int bins) {
    Histogram histogram;
    histogram.minimum = at::minimum(original.min(), rounded.min()).item<double>();
    histogram.maximum = at::maximum(original.max(), rounded.max()).item<double>();
    const double width = std::max((histogram.maximum - histogram.minimum) / bins, 1e-30);
    histogram.before = countsOf(original, histogram.minimum, width, bins);
    histogram.after = countsOf(rounded, histogram.minimum, width, bins);
    return histogram;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Errors and histograms of a rounded weight.
#include "core/quant/search/weight_report_torch.h"

#include <algorithm>
#include <vector>

namespace awq::core {
namespace {

std::vector<std::uint64_t> countsOf(const at::Tensor& values, double minimum, double binWidth, int bins,
                                    const Workers& workers) {
    constexpr std::int64_t piece = 1 << 18; // bounds the int64 bin numbers to 2 MB a thread
    const at::Tensor flat = values.reshape({-1});
    const std::int64_t pieces = (flat.size(0) + piece - 1) / piece;
    at::Tensor counts = at::empty({pieces, bins}, flat.options().dtype(at::kLong));
    workers.forEach(pieces, [&](std::int64_t i) {
        const at::Tensor some = flat.slice(0, i * piece, (i + 1) * piece).to(at::kDouble, false, true);
        const at::Tensor bin = some.sub_(minimum).div_(binWidth).floor_().clamp_(0, bins - 1).to(at::kLong);
        counts[i].copy_(at::bincount(bin, {}, bins));
    });
    const at::Tensor total = counts.sum(0).cpu();
    const auto* first = total.const_data_ptr<std::int64_t>();
    return {first, first + bins};
}

} // namespace

at::Tensor groupErrors(const at::Tensor& original, const at::Tensor& rounded, std::int64_t groupSize) {
    const at::Tensor change = (rounded - original).to(at::kFloat).view({original.size(0), -1, groupSize});
    return (change * change).mean(2);
}

Histogram histogramOf(const at::Tensor& original, const at::Tensor& rounded, const Workers& workers, int bins) {
    Histogram histogram;
    histogram.minimum = at::minimum(original.min(), rounded.min()).item<double>();
    histogram.maximum = at::maximum(original.max(), rounded.max()).item<double>();
    const double width = std::max((histogram.maximum - histogram.minimum) / bins, 1e-30);
    histogram.before = countsOf(original, histogram.minimum, width, bins, workers);
    histogram.after = countsOf(rounded, histogram.minimum, width, bins, workers);
    return histogram;
}

} // namespace awq::core

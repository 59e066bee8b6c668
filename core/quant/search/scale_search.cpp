// SPDX-License-Identifier: GPL-3.0-or-later
// The ratio grid and its losses.
#include "core/quant/search/scale_search_torch.h"

#include <cmath>
#include <limits>

#include "core/error.h"

namespace awq::core {

at::Tensor meanMagnitude(const at::Tensor& input) {
    return input.reshape({-1, input.size(-1)}).abs().to(at::kFloat).mean(0);
}

at::Tensor channelScaleOf(const at::Tensor& inputMean, double ratio) {
    const at::Tensor scale = inputMean.pow(ratio).clamp_min(1e-4);
    return scale / (scale.max() * scale.min()).sqrt();
}

std::vector<double> awqRatios() {
    constexpr int steps = 20;
    std::vector<double> ratios(steps);
    for (int i = 0; i < steps; ++i)
        ratios[std::size_t(i)] = double(i) / steps;
    return ratios;
}

at::Tensor scaledRoundTrip(const at::Tensor& weight, const at::Tensor& channelScale, const GroupFormat& format) {
    const at::Tensor scale = channelScale.to(weight.scalar_type());
    return quantizeDequantize(weight * scale, format).div_(scale);
}

ScaleSearchResult searchChannelScale(const std::vector<at::Tensor>& weights, const std::vector<GroupFormat>& formats,
                                     const at::Tensor& inputMean, const std::vector<double>& ratios, const CandidateLoss& loss,
                                     const RatioTriedCallback& tried, std::stop_token stop) {
    ScaleSearchResult result;
    result.ratios = ratios;
    double bestLoss = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < ratios.size(); ++i) {
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, "cancelled");
        const at::Tensor scale = channelScaleOf(inputMean, ratios[i]);
        std::vector<at::Tensor> candidates;
        for (std::size_t w = 0; w < weights.size(); ++w)
            candidates.push_back(scaledRoundTrip(weights[w], scale, formats[w]));
        double candidateLoss = loss(candidates);
        if (!std::isfinite(candidateLoss))
            candidateLoss = std::numeric_limits<double>::quiet_NaN();
        result.losses.push_back(candidateLoss);
        if (candidateLoss < bestLoss) {
            bestLoss = candidateLoss;
            result.best = int(i);
            result.channelScale = scale;
        }
        if (tried)
            tried(int(i), int(ratios.size()), ratios[i], candidateLoss, result.best < 0 ? 0.0 : ratios[std::size_t(result.best)]);
    }
    return result;
}

double GramLoss::operator()(const at::Tensor& difference) const {
    const at::Tensor rows = difference.to(at::kFloat);
    const double sum = at::matmul(rows, m_gram).mul_(rows).sum(at::kDouble).item<double>();
    return sum / (double(m_tokens) * double(rows.size(0)));
}

} // namespace awq::core

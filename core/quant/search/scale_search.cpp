// SPDX-License-Identifier: GPL-3.0-or-later
// The ratio grid and its losses.
#include "core/quant/search/scale_search_torch.h"

#include <cmath>
#include <limits>

#include "core/cancel.h"

namespace awq::core {
namespace {

// First index with the smallest value that is a number; -1 when there is none.
int bestOf(const std::vector<double>& losses) {
    int best = -1;
    for (std::size_t i = 0; i < losses.size(); ++i)
        if (!std::isnan(losses[i]) && (best < 0 || losses[i] < losses[std::size_t(best)]))
            best = int(i);
    return best;
}

std::vector<at::Tensor> candidateWeights(const std::vector<SearchedWeight>& consumers, const at::Tensor& scale,
                                         const Workers& workers) {
    std::vector<at::Tensor> weights;
    for (const SearchedWeight& consumer : consumers)
        weights.push_back(consumer.format ? scaledRoundTrip(consumer.weight, scale, *consumer.format, workers)
                                          : consumer.weight);
    return weights;
}

} // namespace

at::Tensor channelScaleOf(const at::Tensor& inputMean, double ratio) {
    const at::Tensor scale = inputMean.pow(ratio).clamp_min_(1e-4);
    return scale / (scale.max() * scale.min()).sqrt();
}

std::vector<double> awqRatios() {
    constexpr int steps = 20;
    std::vector<double> ratios(steps);
    for (int i = 0; i < steps; ++i)
        ratios[std::size_t(i)] = double(i) / steps;
    return ratios;
}

at::Tensor scaledRoundTrip(const at::Tensor& weight, const at::Tensor& channelScale, const GroupFormat& format,
                           const Workers& workers) {
    return workers.mapRows(weight, [&](const at::Tensor& rows) {
        const at::Tensor exact = rows.to(at::kFloat) * channelScale;
        return quantizeDequantize(exact, format).div_(channelScale).to(weight.scalar_type());
    });
}

ScaleSearchResult searchChannelScale(const std::vector<SearchedWeight>& consumers, const at::Tensor& inputMean,
                                     const std::vector<double>& ratios, OutputError& error,
                                     const RatioTriedCallback& tried, const Workers& workers, std::stop_token stop) {
    constexpr double discarded = std::numeric_limits<double>::quiet_NaN();
    const std::size_t count = ratios.size();
    std::vector<double> sums(count, 0.0);
    ScaleSearchResult result;
    result.losses.assign(count, discarded);
    double elements = 0;
    for (int piece = 0; piece < error.pieces(); ++piece) {
        error.select(piece);
        elements += error.elements();
        for (std::size_t i = 0; i < count; ++i) {
            throwIfStopped(stop);
            if (std::isfinite(sums[i]))
                sums[i] +=
                    error.squaredError(candidateWeights(consumers, channelScaleOf(inputMean, ratios[i]), workers));
            result.losses[i] = std::isfinite(sums[i]) ? sums[i] / elements : discarded;
            result.best = bestOf(result.losses);
            if (tried)
                tried(int(i), int(count), ratios[i], result.losses[i],
                      result.best < 0 ? 0.0 : ratios[std::size_t(result.best)]);
        }
    }
    if (result.best >= 0)
        result.channelScale = channelScaleOf(inputMean, ratios[std::size_t(result.best)]);
    return result;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// A fixed point, group by group: at the optimum every channel has the same share of A and of the slope of B.
#include "core/quant/search/solved_scale_torch.h"

#include <algorithm>
#include <cmath>

#include "core/cancel.h"

namespace awq::core {
namespace {

constexpr double norm = 6;         // p: nearly the maximum, and smooth
constexpr int rounds = 12;         // no change after ten
constexpr double smallest = 1e-12; // relative, of powers and shares
constexpr double widest = 1e3;     // of a scale within its group: group scales are stored in 16 bits
constexpr std::int64_t valuesAtOnce = 1 << 25;

bool quantized(const SearchedWeight& consumer) {
    return consumer.format.has_value();
}

// Magnitudes of some rows at a time: [rows, groups, size].
template <typename Use>
void eachPart(const std::vector<SearchedWeight>& consumers, std::int64_t size, const Use& use) {
    for (const SearchedWeight& consumer : consumers) {
        if (!quantized(consumer))
            continue;
        const std::int64_t columns = consumer.weight.size(1);
        for (const at::Tensor& rows : consumer.weight.split(std::max<std::int64_t>(1, valuesAtOnce / columns)))
            use(rows.to(at::kFloat).view({rows.size(0), columns / size, size}), *consumer.format);
    }
}

std::int64_t groupSizeOf(const std::vector<SearchedWeight>& consumers) {
    const auto found = std::ranges::find_if(consumers, quantized);
    if (found == consumers.end())
        return 0;
    return found->format->groupSize > 0 ? found->format->groupSize : found->weight.size(1);
}

// Shares of the channels in the slope of B, [groups, size].
at::Tensor rangeShares(const std::vector<SearchedWeight>& consumers, const at::Tensor& scale) {
    at::Tensor sums = at::zeros_like(scale);
    eachPart(consumers, scale.size(1), [&](const at::Tensor& weights, const GroupFormat&) {
        const at::Tensor scaled = weights.abs().mul_(scale);
        const at::Tensor largest = scaled.amax({2}, true).clamp_min_(1e-30);
        const at::Tensor powers = scaled.div_(largest).pow_(norm);
        const at::Tensor total = powers.sum(2, true); // at least 1
        sums.add_((powers * (largest.square() * total.pow(2 / norm - 1))).sum(0));
    });
    return sums / sums.sum(1, true).clamp_min_(1e-30);
}

// The solution for p = 2, where all channels of a group count in its range: the start.
at::Tensor startOf(const std::vector<SearchedWeight>& consumers, const at::Tensor& power) {
    at::Tensor squares = at::zeros_like(power);
    eachPart(consumers, power.size(1),
             [&](const at::Tensor& weights, const GroupFormat&) { squares.add_(weights.square().sum(0)); });
    squares = squares.clamp_min((squares.amax() * smallest).clamp_min_(1e-30));
    return (power.log() - squares.log()) / 4;
}

at::Tensor centred(const at::Tensor& logScale) {
    const double limit = std::log(widest);
    return (logScale - logScale.mean(1, true)).clamp_(-limit, limit);
}

} // namespace

at::Tensor solvedChannelScale(const std::vector<SearchedWeight>& consumers, const at::Tensor& inputMean,
                              std::stop_token stop) {
    const std::int64_t size = groupSizeOf(consumers);
    if (size == 0)
        return at::ones_like(inputMean);
    at::Tensor power = inputMean.square().view({-1, size});
    power = power.clamp_min((power.amax() * smallest).clamp_min_(1e-30));
    at::Tensor logScale = centred(startOf(consumers, power));
    for (int round = 0; round < rounds; ++round) {
        throwIfStopped(stop);
        const at::Tensor scale = logScale.exp();
        at::Tensor errors = power / scale.square();
        errors = errors / errors.sum(1, true);
        const at::Tensor ranges = rangeShares(consumers, scale);
        // Newton's step for one channel alone while its share is small.
        const at::Tensor step = (errors.clamp_min(smallest).log() - ranges.clamp_min(smallest).log()) / (2 + norm);
        logScale = centred(logScale + step);
    }
    return logScale.exp().view({-1});
}

double expectedError(const std::vector<SearchedWeight>& consumers, const at::Tensor& inputMean,
                     const at::Tensor& channelScale) {
    const std::int64_t size = groupSizeOf(consumers);
    if (size == 0)
        return 0;
    const at::Tensor scale = channelScale.view({-1, size});
    const at::Tensor power = (inputMean / channelScale).square().view({-1, size}).sum(1);
    double sum = 0, rows = 0;
    eachPart(consumers, size, [&](const at::Tensor& weights, const GroupFormat& format) {
        const at::Tensor scaled = weights * scale;
        const at::Tensor range = format.zeroPoint ? scaled.amax({2}).clamp_min_(0) - scaled.amin({2}).clamp_max_(0)
                                                  : scaled.abs().amax({2}).mul_(2);
        const at::Tensor steps = range / double(format.maxCode());
        sum += (steps.square().sum(0, false, at::kDouble) * power).sum().item<double>() / 12;
        rows += double(weights.size(0));
    });
    return sum / rows;
}

std::vector<double> solvedPowers() {
    constexpr int steps = 10;
    std::vector<double> powers;
    for (int i = 0; i <= steps; ++i)
        powers.push_back(double(i) / steps);
    return powers;
}

ScaleSearchResult solvedScaleCurve(const std::vector<SearchedWeight>& consumers, const at::Tensor& inputMean,
                                   const std::vector<double>& powers, std::stop_token stop) {
    const at::Tensor solved = solvedChannelScale(consumers, inputMean, stop);
    ScaleSearchResult result;
    for (const double power : powers) {
        throwIfStopped(stop);
        result.losses.push_back(expectedError(consumers, inputMean, solved.pow(power)));
        if (std::isfinite(result.losses.back()) &&
            (result.best < 0 || result.losses.back() < result.losses[std::size_t(result.best)]))
            result.best = int(result.losses.size()) - 1;
    }
    if (result.best >= 0)
        result.channelScale = solved.pow(powers[std::size_t(result.best)]);
    return result;
}

} // namespace awq::core

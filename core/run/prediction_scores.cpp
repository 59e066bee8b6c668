// SPDX-License-Identifier: GPL-3.0-or-later
// Means, errors and percentiles of predictions.
#include "core/run/prediction_scores.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace awq::core {
namespace {

// key(window, index of the predicted token) of every scored prediction.
template <typename Key>
std::vector<std::int64_t> keysOf(const WindowedIds& windows, const Key& key) {
    std::vector<std::int64_t> keys;
    for (std::int64_t window = 0; window < windows.windows; ++window)
        for (std::int64_t i = windows.scoredFrom[std::size_t(window)]; i < windows.length; ++i)
            keys.push_back(key(window, i));
    return keys;
}

double percentile(const std::vector<float>& sorted, double share) {
    const auto index = std::size_t(std::ceil(share * double(sorted.size())));
    return sorted[std::clamp<std::size_t>(index, 1, sorted.size()) - 1];
}

double meanOf(std::span<const float> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

// Values by part, ascending.
std::map<std::int64_t, std::vector<float>> gathered(std::span<const std::int64_t> parts,
                                                    std::span<const float> values) {
    std::map<std::int64_t, std::vector<float>> result;
    for (std::size_t i = 0; i < parts.size(); ++i)
        result[parts[i]].push_back(values[i]);
    return result;
}

} // namespace

std::vector<std::int64_t> positionsOf(const WindowedIds& windows) {
    return keysOf(windows, [](std::int64_t, std::int64_t i) { return i; });
}

std::vector<std::int64_t> documentsOf(const WindowedIds& windows) {
    if (windows.documentOf.empty())
        return {};
    return keysOf(windows, [&](std::int64_t window, std::int64_t i) {
        return std::int64_t(windows.documentOf[std::size_t(window * windows.length + i)]);
    });
}

std::vector<std::int64_t> windowsOf(const WindowedIds& windows) {
    return keysOf(windows, [](std::int64_t window, std::int64_t) { return window; });
}

std::vector<LossPart> lossParts(std::span<const std::int64_t> parts, std::span<const float> nll) {
    std::vector<LossPart> result;
    for (const auto& [part, values] : gathered(parts, nll))
        result.push_back({part, std::int64_t(values.size()), meanOf(values)});
    return result;
}

std::vector<DivergencePart> divergenceParts(std::span<const std::int64_t> parts, std::span<const float> divergence,
                                            std::span<const float> agree) {
    const auto agreements = gathered(parts, agree);
    std::vector<DivergencePart> result;
    for (auto& [part, values] : gathered(parts, divergence)) {
        std::vector<float> own = values;
        result.push_back({part, std::int64_t(own.size()), summaryOf(own), meanOf(agreements.at(part))});
    }
    return result;
}

KlSummary summaryOf(std::vector<float>& divergences) {
    std::ranges::sort(divergences);
    return {meanOf(divergences),           percentile(divergences, 0.5),   percentile(divergences, 0.9),
            percentile(divergences, 0.99), percentile(divergences, 0.999), divergences.back()};
}

void summarize(const WindowedIds& windows, std::span<const float> nll, PerplexityResult& result) {
    result.windows = windows.windows;
    result.tokens = std::int64_t(nll.size());
    result.nll = meanOf(nll);
    result.windowNll.clear();
    for (const LossPart& window : lossParts(windowsOf(windows), nll))
        result.windowNll.push_back(window.nll);
    result.perplexity = std::exp(result.nll);
    result.sigma = result.perplexity * standardError(result.windowNll);
    result.positions = lossParts(positionsOf(windows), nll);
    result.documents = lossParts(documentsOf(windows), nll);
}

double standardError(const std::vector<double>& values) {
    if (values.size() < 2)
        return 0;
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    double squares = 0;
    for (double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / double(values.size() - 1) / double(values.size()));
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Greedy and nucleus sampling.
#include "core/run/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace awq::core {

std::int32_t Sampler::choose(std::span<const float> logits) {
    const auto largest = std::max_element(logits.begin(), logits.end());
    if (m_options.temperature <= 0)
        return std::int32_t(largest - logits.begin());
    std::vector<double> weights(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i)
        weights[i] = std::exp((double(logits[i]) - double(*largest)) / m_options.temperature);
    std::vector<std::int32_t> order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int32_t a, std::int32_t b) { return weights[std::size_t(a)] > weights[std::size_t(b)]; });
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    double kept = 0;
    std::size_t count = 0;
    while (count < order.size() && (count == 0 || kept < m_options.topP * total))
        kept += weights[std::size_t(order[count++])];
    // 53 random bits: std::uniform_real_distribution differs between libraries.
    double draw = double(m_random() >> 11) * 0x1p-53 * kept;
    for (std::size_t i = 0; i < count; ++i) {
        draw -= weights[std::size_t(order[i])];
        if (draw < 0)
            return order[i];
    }
    return order[count - 1];
}

} // namespace awq::core

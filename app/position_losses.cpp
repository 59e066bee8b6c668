// SPDX-License-Identifier: GPL-3.0-or-later
// Joining positions to ranges.
#include "app/position_losses.h"

#include <algorithm>
#include <cmath>

namespace awq::app {

namespace {

// Of positions [begin, end) of the result.
PositionLosses rangeOf(const core::CompareResult& result, std::size_t begin, std::size_t end) {
    PositionLosses range{result.positions[begin].index, result.positions[end - 1].index};
    double a = 0, b = 0, kl = 0, sum = 0, squares = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const double tokens = double(result.positions[i].tokens);
        const double difference = result.b.positions[i].nll - result.a.positions[i].nll;
        range.predictions += result.positions[i].tokens;
        a += tokens * result.a.positions[i].nll;
        b += tokens * result.b.positions[i].nll;
        kl += tokens * result.positions[i].kl.mean;
        sum += difference;
        squares += difference * difference;
    }
    const double predictions = double(std::max<std::int64_t>(1, range.predictions)), n = double(end - begin);
    range.nllA = a / predictions;
    range.nllB = b / predictions;
    range.difference = range.nllB - range.nllA;
    range.kl = kl / predictions;
    range.sigma = n > 1 ? std::sqrt(std::max(0.0, squares - sum * sum / n) / (n - 1) / n) : 0;
    return range;
}

} // namespace

std::vector<PositionLosses> positionLosses(const core::CompareResult& result, std::size_t most) {
    const std::size_t count = result.positions.size(), width = std::max<std::size_t>(1, (count + most - 1) / most);
    std::vector<PositionLosses> ranges;
    for (std::size_t begin = 0; begin < count; begin += width)
        ranges.push_back(rangeOf(result, begin, std::min(begin + width, count)));
    return ranges;
}

} // namespace awq::app

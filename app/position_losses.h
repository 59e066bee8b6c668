// SPDX-License-Identifier: GPL-3.0-or-later
// Losses of two compared models by the place of the predicted token in its window, in ranges that a plot can show.
#pragma once

#include <vector>

#include "core/run/evaluate_run.h"

namespace awq::app {

// Predictions of the tokens first..last of their windows (0-based), all windows together.
struct PositionLosses {
    std::int64_t first = 0, last = 0, predictions = 0;
    double nllA = 0, nllB = 0; // means, in nats
    double difference = 0;     // b minus a
    double sigma = 0;          // standard error of the difference, from its spread over the positions of the range
    double kl = 0;             // mean of D(a || b)
};

// Ranges of equally many positions, at most `most`.
std::vector<PositionLosses> positionLosses(const core::CompareResult& result, std::size_t most);

} // namespace awq::app

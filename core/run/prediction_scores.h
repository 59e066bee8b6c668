// SPDX-License-Identifier: GPL-3.0-or-later
// What was measured of every prediction of an evaluation, and its figures by position, by document and by window.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/run/evaluate_run.h"
#include "core/text/text_windows.h"

namespace awq::core {

// Window after window, the predictions of each in order. All filled columns have the same length.
struct PredictionScores {
    std::int64_t windows = 0;                   // done so far
    std::vector<float> nll;                     // of the (first) model, nats
    std::vector<float> nllB, divergence, agree; // of a comparison: the second model's; D(a || b), nats; 1 or 0
};

// Per scored prediction of the windows, which part it belongs to.
std::vector<std::int64_t> positionsOf(const WindowedIds& windows); // tokens of the window before the predicted one
std::vector<std::int64_t> documentsOf(const WindowedIds& windows); // from 0; empty when the documents are not known
std::vector<std::int64_t> windowsOf(const WindowedIds& windows);

// Parts ascending by key; parts without predictions are left out. `parts` and the values have the same length.
std::vector<LossPart> lossParts(std::span<const std::int64_t> parts, std::span<const float> nll);
std::vector<DivergencePart> divergenceParts(std::span<const std::int64_t> parts, std::span<const float> divergence,
                                            std::span<const float> agree);

// Nearest-rank percentiles. Reorders the values; at least one.
KlSummary summaryOf(std::vector<float>& divergences);

// Everything that follows from the losses of one model: mean, standard error over windows, breakdown.
void summarize(const WindowedIds& windows, std::span<const float> nll, PerplexityResult& result);

// Standard error of the mean of values.
double standardError(const std::vector<double>& values);

} // namespace awq::core

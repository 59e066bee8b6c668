// SPDX-License-Identifier: GPL-3.0-or-later
// Negative log-likelihoods of evaluation windows, and what follows from them.
#pragma once

#include <vector>

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/model_folder.h"
#include "core/run/evaluate_run.h"
#include "core/text/text_windows.h"

namespace awq::core {

// log-probabilities over the vocabulary, float32 [n, V], of a slice of final states [n, width].
at::Tensor logProbabilities(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& final);

// The predictions of one window that count: final states of the positions before scored tokens [n, width], and those tokens [n].
struct ScoredWindow {
    at::Tensor states, targets;
};
ScoredWindow scoredPart(const at::Tensor& states, const at::Tensor& ids, std::int64_t scoredFrom); // [T, width], [T]

// From the sum of NLL and the number of predictions of each window. The standard error treats windows as independent samples.
void summarize(const std::vector<double>& windowSums, const std::vector<std::int64_t>& windowTokens, PerplexityResult& result);

// Standard error of the mean of values.
double standardError(const std::vector<double>& values);

} // namespace awq::core

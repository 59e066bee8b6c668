// SPDX-License-Identifier: GPL-3.0-or-later
// Log-probabilities of the predictions of evaluation windows.
#pragma once

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/model_folder.h"

namespace awq::core {

// log-probabilities over the vocabulary, float32 [n, V], of a slice of final states [n, width].
at::Tensor logProbabilities(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& final);

// The predictions of one window that count: final states of the positions before scored tokens [n, width], and those tokens [n].
struct ScoredWindow {
    at::Tensor states, targets;
};
ScoredWindow scoredPart(const at::Tensor& states, const at::Tensor& ids, std::int64_t scoredFrom); // [T, width], [T]

} // namespace awq::core

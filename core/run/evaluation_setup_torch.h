// SPDX-License-Identifier: GPL-3.0-or-later
// What perplexity and comparison share before the first window: identity, facts, and how many windows go together.
#pragma once

#include "core/model/decoder/block_weights_torch.h"
#include "core/run/evaluate_run.h"
#include "core/run/model_walk_torch.h"
#include "core/run/prediction_scores.h"
#include "core/run/score_file.h"

namespace awq::core {

// The text with a window that fits the model. Warns of one that is longer than what the model was made for.
TextWindows fitted(const TextWindows& text, const ModelFolder& model, RunReporter& reporter);

EvaluationFacts factsOf(const TextWindows& text, const WindowedIds& windows, const ComputePlace& place);

// Of everything that decides the values: models, token ids, scored predictions, device, dtype and version.
std::string identityOf(const std::vector<const EvaluatedModel*>& models, const WindowedIds& windows,
                       const EvaluationFacts& facts);

// The values of `windows` that an earlier run left, cut to what fits; none unless `resume`. Throws as
// ScoreFile::load(), and Error(badInput) for a file whose columns do not belong to these windows.
PredictionScores keptScores(const ScoreFile& file, const WindowedIds& windows, bool resume);

// `together` windows, fewer when values are kept: enough to make reading the weights again cheap, few enough that
// little is lost.
std::int64_t windowsPerPass(std::int64_t together, const WindowedIds& windows, const ScoreFile& file);

// A cancelled evaluation that keeps its values says how it goes on.
Error resumable(const Error& error, const std::filesystem::path& scores);

// ids [windows, length] int64 on the host.
at::Tensor idTensor(const WindowedIds& windows);

} // namespace awq::core

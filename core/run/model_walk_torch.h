// SPDX-License-Identifier: GPL-3.0-or-later
// Windows of token ids through a whole model, one block in memory at a time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/model_folder.h"
#include "core/run/evaluate_run.h"
#include "core/run/run_reporter.h"

namespace awq::core {

// A model as it is evaluated.
struct EvaluatedModel {
    ModelFolder folder;
    RoundToNearest rtn; // bits 0: as stored

    std::string label() const; // "float", "RTN w4g64", "awq-gemm w4g64"
};

// ids [W, T] int64 -> the head's input, [b, T, width] per batch of windows, on the device. `progress`: share done, 0..1.
std::vector<at::Tensor> finalStates(const EvaluatedModel& model, const at::Tensor& ids, const ComputePlace& place, RunReporter& reporter,
                                    const std::function<void(double)>& progress);

// How many windows of T tokens may go through together so that their hidden states take a quarter of the free memory.
std::int64_t windowsAtOnce(const ModelFolder& model, std::int64_t length, const ComputePlace& place);

// Tokens whose logits are computed together: bounds a slice to a quarter of a gigabyte.
std::int64_t tokensPerSlice(std::int64_t vocabulary);

} // namespace awq::core

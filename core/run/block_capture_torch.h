// SPDX-License-Identifier: GPL-3.0-or-later
// The forward pass of a float block over the calibration: statistics of all inputs, and what the fast search keeps.
#pragma once

#include <functional>
#include <vector>

#include "core/run/block_features_torch.h"
#include "core/run/block_inputs_torch.h"
#include "core/run/block_view_torch.h"

namespace awq::core {

struct CapturedBlock {
    explicit CapturedBlock(std::int64_t sampleStep) : inputs(sampleStep) {}

    InputRecorder inputs;
    std::vector<BlockFeatures> features; // per batch; empty: not kept
};

// `sampleStep`: see InputStatistics. `outputs`: takes those of the float block, made like `hidden`; may be null.
// `progress`: share done, 0..1.
CapturedBlock captureBlock(const BlockView& view, const HiddenBatches& hidden, std::int64_t sampleStep,
                           bool keepFeatures, HiddenBatches* outputs, const std::function<void(double)>& progress);

// Bytes that keeping the features of a block takes, outputs included.
std::int64_t bytesOfFeatures(const BlockSpec& block, const HiddenBatches& hidden);

} // namespace awq::core

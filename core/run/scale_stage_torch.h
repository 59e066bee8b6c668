// SPDX-License-Identifier: GPL-3.0-or-later
// The scale search of all scale sets of one block over the calibration's batches.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/plan/plan.h"
#include "core/quant/results.h"
#include "core/quant/search/group_quantizer_torch.h"
#include "core/run/block_inputs_torch.h"
#include "core/run/run_reporter.h"

namespace awq::core {

// What the stages of one block share.
struct BlockView {
    const BlockSpec& spec;
    const BlockWeights& weights; // float, unscaled
    const SequenceContext& context;
    const Plan& plan;
    int block = 0;

    // How the linear will be rounded; null when it stays float.
    const PlannedLinear* planned(const std::string& linear) const;
};

GroupFormat formatOf(const PlannedLinear& linear, const Recipe& recipe);

// Largest channel count for which a single linear's loss comes from a Gram matrix; wider inputs are run instead.
inline constexpr std::int64_t largestGram = 6144;

// Linears whose Gram matrix the search wants.
std::set<std::string> gramLinears(const BlockView& view);

struct ScaleChoice {
    ScaleSetResult result;
    at::Tensor channelScale; // float32 [in]; undefined: unscaled
};

// Fates that need no search (skipped, identity, no consumer quantized, no tokens) are settled at once.
std::vector<ScaleChoice> searchScales(const BlockView& view, const InputRecorder& inputs, const HiddenBatches& hidden,
                                      RunReporter& reporter, const std::function<void(double)>& progress);

} // namespace awq::core

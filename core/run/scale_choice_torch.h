// SPDX-License-Identifier: GPL-3.0-or-later
// The channel scale of one scale set of a block: searched, given by a result file, or none.
#pragma once

#include "core/export/awq_results.h"
#include "core/model/model_folder.h"
#include "core/quant/results.h"
#include "core/run/block_capture_torch.h"
#include "core/run/block_view_torch.h"

namespace awq::core {

struct ScaleChoice {
    ScaleSetResult result;
    at::Tensor channelScale; // float32 [in]; undefined: unscaled
};

// Tries llm-awq's ratios: with features kept by the fast engine, which leaves a candidate once it cannot win; else each
// on everything. Fates that need no search (skipped, identity, no consumer quantized, no tokens) are settled
// at once; a set without any finite candidate is left unscaled, with a warning. A ratio that the plan fixes is taken,
// whatever the others' losses, which are measured all the same.
ScaleChoice searchScale(const BlockView& view, const ScaleSet& set, const CapturedBlock& captured,
                        const HiddenBatches& hidden);

// What an earlier search of the same set found.
ScaleChoice knownScale(const BlockView& view, const ScaleSetResult& known);

// What a result file says about the set. Throws Error(badInput) when its sizes are not those of the model.
ScaleChoice givenScale(const BlockView& view, const ScaleSet& set, const AwqResults& given, const ModelFolder& model);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// One block through AWQ: capture inputs, choose channel scales, fold them, then linear by linear clip and round.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/export/awq_results.h"
#include "core/model/model_folder.h"
#include "core/plan/plan.h"
#include "core/quant/results.h"
#include "core/quant/search/group_quantizer_torch.h"
#include "core/run/block_inputs_torch.h"
#include "core/run/run_reporter.h"

namespace awq::core {

struct BlockTask {
    const ModelFolder& model;
    const Plan& plan;
    int block = 0;
    ComputePlace place;
    at::ScalarType storage = at::kHalf; // type of group scales and floats as written; codes are chosen for it
    const AwqResults* given = nullptr;  // apply these instead of searching
    const BlockResult* known = nullptr; // scale sets found earlier with the same recipe: taken over, with arrays
    // The hidden states after the quantized blocks before this one, likewise replaced by those after it; null unless
    // the recipe corrects targets.
    HiddenBatches* quantizedHidden = nullptr;
    std::function<void(double)> progress; // share of the block's work done, 0..1
    // Takes the float block's outputs as soon as they are there, for whoever works on the next block meanwhile; null:
    // they take the place of the inputs at the end.
    std::function<void(const HiddenBatches&)> passOn;
};

struct QuantizedBlock {
    BlockResult result;
    std::map<std::string, QuantizedGroups> linears; // by name relative to the block
    std::map<std::string, at::Tensor> columnScales; // float32 [in], of linears that absorb the scale of an activation
    std::map<std::string, at::Tensor> floats;       // every other tensor of the block as written, relative names
};

// What a batch needs besides activations while the inputs of a block are recorded, in bytes: see Batching.
std::int64_t bytesOfStatistics(const DecoderSpec& spec, const at::Device& device);

// The block with its finished linears as they act on unscaled inputs: the weights that quantizeBlock() ended with.
BlockWeights effectiveBlock(const BlockSpec& spec, const BlockWeights& weights, const BlockResult& result,
                            const std::map<std::string, QuantizedGroups>& linears);

// `weights`: the float block. `hidden`: in, the block's input; out, the float block's output, unless the task passes it
// on. Throws Error(badInput) naming the linear whose inputs are not
// finite.
QuantizedBlock quantizeBlock(const BlockTask& task, const BlockWeights& weights, const SequenceContext& context,
                             const Batching& batching, HiddenBatches& hidden, RunReporter& reporter);

} // namespace awq::core

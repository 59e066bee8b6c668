// SPDX-License-Identifier: GPL-3.0-or-later
// What the steps of quantizing one block share: the float block, the plan, and how its linears will be rounded.
#pragma once

#include <optional>
#include <string>

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder/sequence_context_torch.h"
#include "core/model/decoder_spec.h"
#include "core/plan/plan.h"
#include "core/quant/search/group_quantizer_torch.h"
#include "core/run/batches_torch.h"
#include "core/run/run_reporter.h"

namespace awq::core {

struct BlockView {
    const BlockSpec& spec;
    const BlockWeights& weights; // float, unscaled
    const SequenceContext& context;
    const Batching& batching;
    const Plan& plan;
    int block = 0;
    at::ScalarType storage = at::kHalf; // type of the group scales in the checkpoint
    RunReporter& reporter;

    const at::Tensor& weightOf(const std::string& linear) const { return weights.at(linear + ".weight"); }
    // How the linear will be rounded; empty when it stays float.
    std::optional<GroupFormat> formatOf(const std::string& linear) const;
    bool mayClip(const std::string& linear) const; // whether the recipe's clip search is for it, too
    std::string place() const { return "block " + std::to_string(block); } // for messages
};

} // namespace awq::core

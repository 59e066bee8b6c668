// SPDX-License-Identifier: GPL-3.0-or-later
// The order in which the linears of a block are rounded when each must make up for those before it.
#pragma once

#include <vector>

#include "core/model/decoder_spec.h"

namespace awq::core {

// What the rounded linears of a stage can make up for.
enum class Correction {
    none,        // an expert's: the two streams route different tokens
    input,       // the difference of their own inputs
    residual,    // that, and the difference of the block's inputs, which their output is added to
    blockOutput, // the difference of the block's outputs: the last linear
};

struct BlockStage {
    std::vector<LinearSpec> linears; // of one common input
    Correction correction = Correction::input;
};

// In the order of the forward pass.
std::vector<BlockStage> stagesOf(const BlockSpec& block);

} // namespace awq::core

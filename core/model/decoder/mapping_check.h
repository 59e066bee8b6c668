// SPDX-License-Identifier: GPL-3.0-or-later
// Proves on a model's own weights that its scale sets leave the function unchanged: random positive scales are folded
// into a block, nothing is quantized, and in float64 the block must still compute the same.
#pragma once

#include <string>
#include <vector>

#include <stop_token>

#include "core/model/model_folder.h"

namespace awq::core {

struct MappingCheck {
    int block = 0;
    int scaleSets = 0;               // folded
    double largestDifference = 0;    // of the block's outputs, relative to the largest output
    std::vector<std::string> broken; // producers of the sets that change the function, when some do
    static constexpr double tolerance = 1e-10;

    bool ok() const { return largestDifference <= tolerance; }
};

// Seconds and about twice the block's weights in float64, on the CPU. Throws Error(badInput) when the block cannot be
// read, Error(cancelled) soon after `stop`.
MappingCheck verifyMapping(const ModelFolder& folder, int block = 0, std::stop_token stop = {});

} // namespace awq::core

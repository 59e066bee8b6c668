// SPDX-License-Identifier: GPL-3.0-or-later
// The bulk arrays of search results, listed once for all who write or read them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/quant/results.h"

namespace awq::core {

using ArrayShape = std::vector<std::int64_t>;

// Calls visit(name, vector, shape) for every array of a result, const or not; the shape is that of a filled array.
template <typename ScaleSet, typename Visit>
void forEachScaleSetArray(ScaleSet& set, Visit visit) {
    visit("channel_scale", set.channelScale, ArrayShape{std::int64_t(set.channelScale.size())});
    visit("input_mean", set.inputMean, ArrayShape{std::int64_t(set.inputMean.size())});
}

template <typename Linear, typename Visit>
void forEachLinearArray(Linear& linear, Visit visit) {
    const ArrayShape perGroup{linear.rows, linear.groups};
    visit("clip_fraction", linear.clipFraction, perGroup);
    visit("clip_value", linear.clipValue, perGroup);
    visit("weight_error", linear.weightError, perGroup);
    visit("histogram_before", linear.histogram.before, ArrayShape{std::int64_t(linear.histogram.before.size())});
    visit("histogram_after", linear.histogram.after, ArrayShape{std::int64_t(linear.histogram.after.size())});
}

// All arrays of a block: "scale_sets.0.channel_scale", "linears.3.clip_fraction".
template <typename Block, typename Visit>
void forEachArray(Block& block, Visit visit) {
    const auto prefixed = [&visit](const std::string& list, std::size_t index) {
        return [&visit, prefix = list + "." + std::to_string(index) + "."](
                   const char* name, auto& values, const ArrayShape& shape) { visit(prefix + name, values, shape); };
    };
    for (std::size_t i = 0; i < block.scaleSets.size(); ++i)
        forEachScaleSetArray(block.scaleSets[i], prefixed("scale_sets", i));
    for (std::size_t i = 0; i < block.linears.size(); ++i)
        forEachLinearArray(block.linears[i], prefixed("linears", i));
}

} // namespace awq::core

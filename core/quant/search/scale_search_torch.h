// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ's search for the channel scale of one scale set. Source: llm-awq auto_scale, section 3.2 of the AWQ paper.
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "core/quant/search/group_quantizer_torch.h"
#include "core/quant/search/output_error_torch.h"
#include "core/quant/search/workers_torch.h"

namespace awq::core {

// Channel scale of one ratio: max(mean^ratio, 1e-4), divided by sqrt(max * min). `inputMean`: float32 [channels], mean
// magnitude per channel. float32 [channels]; ratio 0 gives ones.
at::Tensor channelScaleOf(const at::Tensor& inputMean, double ratio);

// The ratios llm-awq tries: 0, 0.05 .. 0.95. The first is the identity, so no scale set ends worse than without
// scaling.
std::vector<double> awqRatios();

struct ScaleSearchResult {
    std::vector<double> losses;   // per ratio: mean squared error; NaN: the candidate was not finite and was discarded
    int best = -1;                // index; -1: every candidate was discarded
    at::Tensor channelScale;      // float32 [channels]; undefined when best is -1
    std::vector<double> measured; // per ratio: share of the calibration it was measured on; empty: all of it
};

// One consumer of the scale set.
struct SearchedWeight {
    at::Tensor weight;                 // [out, channels], the original
    std::optional<GroupFormat> format; // empty: stays in float, where scaling changes nothing
};

// `loss` is the mean squared error of the pieces measured so far; bestRatio the best of those tried so far.
using RatioTriedCallback = std::function<void(int index, int count, double ratio, double loss, double bestRatio)>;

// Tries every ratio with the consumers rounded; the first of equal losses wins.
// Throws Error(cancelled) between candidates once stop is requested.
ScaleSearchResult searchChannelScale(const std::vector<SearchedWeight>& consumers, const at::Tensor& inputMean,
                                     const std::vector<double>& ratios, OutputError& error,
                                     const RatioTriedCallback& tried, const Workers& workers, std::stop_token stop);

// The weight as it acts after scaling, rounding and folding back: Q(W * s) / s, computed in float32, in the weight's
// dtype. `channelScale`: float32.
at::Tensor scaledRoundTrip(const at::Tensor& weight, const at::Tensor& channelScale, const GroupFormat& format,
                           const Workers& workers);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ's search for the channel scales of one scale set. Source: llm-awq auto_scale, section 3.2 of the AWQ paper.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/quant/search/group_quantizer_torch.h"

namespace awq::core {

// mean |x| over all tokens, accumulated in float32. `input`: [..., channels]; returns float32 [channels].
at::Tensor meanMagnitude(const at::Tensor& input);

// Channel scales of one ratio: max(mean^ratio, 1e-4), divided by sqrt(max * min). float32 [channels]; ratio 0 gives ones.
at::Tensor channelScaleOf(const at::Tensor& inputMean, double ratio);

// The ratios llm-awq tries: 0, 0.05 .. 0.95.
std::vector<double> awqRatios();

struct ScaleSearchResult {
    std::vector<double> ratios, losses; // loss NaN: that candidate was not finite and was discarded
    int best = -1;                      // index; -1: every candidate was discarded
    at::Tensor channelScale;            // float32 [channels]; undefined when best is -1
};

// Mean squared error of the inspected module's output when the consumers' weights are replaced by these, in the same order.
using CandidateLoss = std::function<double(const std::vector<at::Tensor>& weights)>;
using RatioTriedCallback = std::function<void(int index, int count, double ratio, double loss, double bestRatio)>;

// `weights`: the consumers, [out, channels] each, and `formats` what each will be rounded to. The first of equal losses wins.
// Throws Error(cancelled) between candidates once stop is requested.
ScaleSearchResult searchChannelScale(const std::vector<at::Tensor>& weights, const std::vector<GroupFormat>& formats,
                                     const at::Tensor& inputMean, const std::vector<double>& ratios, const CandidateLoss& loss,
                                     const RatioTriedCallback& tried, std::stop_token stop);

// The weight as it acts after scaling, rounding and folding back: Q(W * s) / s.
at::Tensor scaledRoundTrip(const at::Tensor& weight, const at::Tensor& channelScale, const GroupFormat& format);

// Exact loss of a single linear from the Gram matrix of its input, without running it: sum over rows of d H d^T / (tokens * rows).
class GramLoss {
public:
    // `gram`: X^T X, float32 [channels, channels], over `tokens` tokens.
    GramLoss(at::Tensor gram, std::int64_t tokens) : m_gram(std::move(gram)), m_tokens(tokens) {}
    // `difference`: [rows, channels], candidate minus original weight.
    double operator()(const at::Tensor& difference) const;

private:
    at::Tensor m_gram;
    std::int64_t m_tokens;
};

} // namespace awq::core

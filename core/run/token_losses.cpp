// SPDX-License-Identifier: GPL-3.0-or-later
// Log-likelihoods and their statistics.
#include "core/tensor.h"

#include "core/run/token_losses_torch.h"

#include <cmath>
#include <numeric>

#include "core/model/decoder/embedding_torch.h"

namespace awq::core {

at::Tensor logProbabilities(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& final) {
    return at::log_softmax(logitsOf(spec, head, final).to(at::kFloat), 1);
}

ScoredWindow scoredPart(const at::Tensor& states, const at::Tensor& ids, std::int64_t scoredFrom) {
    return {states.slice(0, scoredFrom - 1, states.size(0) - 1), ids.slice(0, scoredFrom, ids.size(0))};
}

double standardError(const std::vector<double>& values) {
    if (values.size() < 2)
        return 0;
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    double squares = 0;
    for (double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / double(values.size() - 1) / double(values.size()));
}

void summarize(const std::vector<double>& windowSums, const std::vector<std::int64_t>& windowTokens, PerplexityResult& result) {
    result.windows = std::int64_t(windowSums.size());
    result.tokens = std::accumulate(windowTokens.begin(), windowTokens.end(), std::int64_t(0));
    result.nll = std::accumulate(windowSums.begin(), windowSums.end(), 0.0) / double(result.tokens);
    result.windowNll.clear();
    for (std::size_t i = 0; i < windowSums.size(); ++i)
        result.windowNll.push_back(windowSums[i] / double(windowTokens[i]));
    result.perplexity = std::exp(result.nll);
    result.sigma = result.perplexity * standardError(result.windowNll);
}

} // namespace awq::core

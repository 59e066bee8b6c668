// SPDX-License-Identifier: GPL-3.0-or-later
// Log-softmax of the logits in float32.
#include "core/tensor.h"

#include "core/run/token_losses_torch.h"

#include "core/model/decoder/embedding_torch.h"

namespace awq::core {

at::Tensor logProbabilities(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& final) {
    return at::log_softmax(logitsOf(spec, head, final).to(at::kFloat), 1);
}

ScoredWindow scoredPart(const at::Tensor& states, const at::Tensor& ids, std::int64_t scoredFrom) {
    return {states.slice(0, scoredFrom - 1, states.size(0) - 1), ids.slice(0, scoredFrom, ids.size(0))};
}

} // namespace awq::core

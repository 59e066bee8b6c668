// SPDX-License-Identifier: GPL-3.0-or-later
// Dense MLPs and mixtures of experts.
#include "core/tensor.h"

#include "core/model/decoder/mlp_torch.h"

#include "core/model/decoder/layers_torch.h"
#include "core/model/decoder/observed_linear_torch.h"

namespace awq::core {
namespace {

// Weight of each expert for each token, [tokens, experts]; 0 where it is not chosen.
at::Tensor routing(const MoeSpec& spec, const at::Tensor& routerLogits) {
    const at::Tensor shares = at::softmax(routerLogits.to(statisticsType(routerLogits)), -1);
    auto [chosen, experts] = shares.topk(spec.expertsPerToken, -1);
    if (spec.normalizeWeights)
        chosen = chosen / chosen.sum(-1, true);
    return at::zeros_like(shares).scatter(-1, experts, chosen).to(routerLogits.scalar_type());
}

} // namespace

at::Tensor denseMlp(const MlpSpec& spec, const BlockWeights& weights, const at::Tensor& x, LinearObserver* observer) {
    at::Tensor inner;
    if (spec.gate) {
        const at::Tensor gate = applyActivation(spec.activation, observedLinear(spec.gate, weights, x, observer));
        inner = gate * observedLinear(spec.up, weights, x, observer);
    } else {
        inner = applyActivation(spec.activation, observedLinear(spec.up, weights, x, observer));
    }
    if (const at::Tensor scales = weights.find(spec.activationName + ".scales"); scales.defined())
        inner = inner / scales;
    return observedLinear(spec.down, weights, inner, observer);
}

at::Tensor mixtureOfExperts(const MoeSpec& spec, const BlockWeights& weights, const at::Tensor& x,
                            LinearObserver* observer) {
    const at::Tensor tokens = x.flatten(0, -2);
    const at::Tensor shares = routing(spec, observedLinear(spec.router, weights, tokens, observer));
    at::Tensor sum = at::zeros_like(tokens);
    for (std::int64_t expert = 0; expert < spec.experts; ++expert) {
        const at::Tensor share = shares.select(1, expert);
        const at::Tensor routed = share.nonzero().squeeze(1);
        if (routed.numel() == 0)
            continue;
        const at::Tensor output = denseMlp(spec.expert[expert], weights, tokens.index_select(0, routed), observer);
        sum.index_add_(0, routed, output * share.index_select(0, routed).unsqueeze(1));
    }
    if (spec.sharedExpert) {
        const at::Tensor gate = at::sigmoid(observedLinear(spec.sharedGate, weights, tokens, observer));
        sum = sum + gate * denseMlp(*spec.sharedExpert, weights, tokens, observer);
    }
    return sum.view_as(x);
}

at::Tensor mlpOf(const BlockSpec& block, const BlockWeights& weights, const at::Tensor& x, LinearObserver* observer) {
    return block.moe ? mixtureOfExperts(*block.moe, weights, x, observer) : denseMlp(block.mlp, weights, x, observer);
}

} // namespace awq::core

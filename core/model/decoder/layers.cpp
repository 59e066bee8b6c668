// SPDX-License-Identifier: GPL-3.0-or-later
// Linears, norms and activations.
#include "core/tensor.h"

#include "core/model/decoder/layers_torch.h"

#include "core/error.h"

namespace awq::core {

at::Tensor applyLinear(const LinearSpec& linear, const BlockWeights& weights, const at::Tensor& x) {
    const at::Tensor bias = linear.bias ? weights.at(linear.name + ".bias") : at::Tensor();
    if (const auto packed = weights.packed.find(linear.name); packed != weights.packed.end())
        return packed->second->apply(x, bias);
    return at::linear(x, weights.at(linear.name + ".weight"), bias);
}

at::ScalarType statisticsType(const at::Tensor& x) {
    return x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

at::Tensor applyNorm(const NormSpec& norm, const BlockWeights& weights, const at::Tensor& x) {
    const at::Tensor& weight = weights.at(norm.name + ".weight");
    const at::Tensor bias = norm.bias ? weights.at(norm.name + ".bias") : at::Tensor();
    if (norm.kind == NormKind::layer)
        return at::layer_norm(x, {norm.width}, weight, bias, norm.epsilon);
    const at::Tensor wide = x.to(statisticsType(x));
    const at::Tensor scaled = wide * (wide.square().mean(-1, true) + norm.epsilon).rsqrt();
    return scaled.to(x.scalar_type()) * weight;
}

at::Tensor applyActivation(Activation activation, const at::Tensor& x) {
    switch (activation) {
    case Activation::relu:
        return at::relu(x);
    case Activation::silu:
        return at::silu(x);
    case Activation::gelu:
        return at::gelu(x);
    case Activation::geluTanh:
        return at::gelu(x, "tanh");
    case Activation::quickGelu:
        return x * at::sigmoid(1.702 * x);
    }
    throw Error(ErrorCode::internal, "unknown activation");
}

} // namespace awq::core

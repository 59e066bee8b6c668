// SPDX-License-Identifier: GPL-3.0-or-later
// Products of a decode step: packed weights joined, float ones by the tensor library into given memory.
#include "core/tensor.h"

#include "core/model/decoder/token_step_torch.h"

namespace awq::core {
namespace {

at::Tensor biasOf(const LinearSpec& linear, const BlockWeights& weights) {
    return linear.bias ? weights.at(linear.name + ".bias") : at::Tensor();
}

} // namespace

StepProducts::StepProducts(const std::vector<LinearSpec>& linears, BlockWeights& weights) {
    if (linears.size() > 1 && addJoined(linears, weights))
        return;
    for (const LinearSpec& linear : linears)
        add(linear, weights);
}

bool StepProducts::addJoined(const std::vector<LinearSpec>& linears, BlockWeights& weights) {
    std::vector<std::shared_ptr<const PackedLinear>> parts;
    std::vector<at::Tensor> biases;
    for (const LinearSpec& linear : linears) {
        const auto found = weights.packed.find(linear.name);
        if (found == weights.packed.end() || linear.bias != linears.front().bias)
            return false;
        parts.push_back(found->second);
        if (linear.bias)
            biases.push_back(biasOf(linear, weights));
    }
    std::shared_ptr<const PackedLinear> joined = PackedLinear::join(parts);
    if (!joined)
        return false;
    for (std::size_t i = 0; i < parts.size(); ++i)
        weights.packed[linears[i].name] = parts[i];
    m_rows = joined->rows();
    m_products.push_back({std::move(joined), {}, biases.empty() ? at::Tensor() : at::cat(biases), 0, m_rows});
    return true;
}

void StepProducts::add(const LinearSpec& linear, const BlockWeights& weights) {
    Product product{nullptr, {}, biasOf(linear, weights), m_rows, linear.out};
    if (const auto found = weights.packed.find(linear.name); found != weights.packed.end())
        product.packed = found->second;
    else
        product.weight = weights.at(linear.name + ".weight");
    m_products.push_back(product);
    m_rows += linear.out;
}

void StepProducts::apply(const at::Tensor& input, const at::Tensor& output) const {
    for (const Product& product : m_products) {
        at::Tensor part = output.narrow(1, product.first, product.rows);
        if (product.packed) {
            product.packed->multiply(input, product.bias, part, PackedLinear::Way::automatic);
            continue;
        }
        at::mm_out(part, input, product.weight.t());
        if (product.bias.defined())
            part.add_(product.bias);
    }
}

} // namespace awq::core

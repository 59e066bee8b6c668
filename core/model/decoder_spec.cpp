// SPDX-License-Identifier: GPL-3.0-or-later
// Lists the linears and tensors that a decoder of given values has.
#include "core/model/decoder_spec.h"

#include <algorithm>
#include <array>

namespace awq::core {
namespace {

void add(std::vector<LinearSpec>& linears, const MlpSpec& mlp) {
    for (const LinearSpec* linear : {&mlp.gate, &mlp.up, &mlp.down})
        if (*linear)
            linears.push_back(*linear);
}

void add(std::vector<TensorShape>& tensors, const LinearSpec& linear) {
    if (!linear)
        return;
    tensors.push_back({linear.name + ".weight", {linear.out, linear.in}});
    if (linear.bias)
        tensors.push_back({linear.name + ".bias", {linear.out}});
}

void add(std::vector<TensorShape>& tensors, const NormSpec& norm) {
    if (!norm)
        return;
    tensors.push_back({norm.name + ".weight", {norm.width}});
    if (norm.bias)
        tensors.push_back({norm.name + ".bias", {norm.width}});
}

} // namespace

std::vector<LinearSpec> linearsOf(const BlockSpec& block) {
    std::vector<LinearSpec> linears;
    const AttentionSpec& attention = block.attention;
    for (const LinearSpec* linear :
         {&attention.query, &attention.key, &attention.value, &attention.qkv, &attention.out})
        if (*linear)
            linears.push_back(*linear);
    if (!block.moe) {
        add(linears, block.mlp);
        return linears;
    }
    for (const MlpSpec& expert : block.moe->expert)
        add(linears, expert);
    if (block.moe->sharedExpert)
        add(linears, *block.moe->sharedExpert);
    return linears;
}

std::vector<TensorShape> expectedTensors(const BlockSpec& block) {
    std::vector<TensorShape> tensors;
    for (const NormSpec* norm :
         {&block.attentionNorm, &block.mlpNorm, &block.attention.queryNorm, &block.attention.keyNorm})
        add(tensors, *norm);
    for (const LinearSpec& linear : linearsOf(block))
        add(tensors, linear);
    if (block.moe) {
        add(tensors, block.moe->router);
        add(tensors, block.moe->sharedGate);
    }
    return tensors;
}

std::vector<TensorShape> expectedTensors(const DecoderSpec& spec) {
    std::vector<TensorShape> tensors;
    const EmbeddingSpec& embedding = spec.embedding;
    tensors.push_back({embedding.weight, {embedding.vocabulary, embedding.width}});
    if (!embedding.positions.empty())
        tensors.push_back({embedding.positions, {embedding.positionRows, spec.hidden}});
    add(tensors, embedding.projectIn);
    add(tensors, embedding.norm);
    add(tensors, spec.head.norm);
    add(tensors, spec.head.projectOut);
    if (!spec.head.tied)
        tensors.push_back({spec.head.linear.name + ".weight", {spec.head.linear.out, spec.head.linear.in}});
    if (spec.head.linear.bias)
        tensors.push_back({spec.head.linear.name + ".bias", {spec.head.linear.out}});
    return tensors;
}

bool clippedByReference(const std::string& linearName) {
    constexpr std::array<std::string_view, 5> excluded{"q_", "k_", "query", "key", "Wqkv"};
    return std::none_of(excluded.begin(), excluded.end(),
                        [&](std::string_view part) { return linearName.find(part) != std::string::npos; });
}

std::string_view nameOf(Activation activation) {
    constexpr std::array<std::string_view, 5> names{"relu", "silu", "gelu", "gelu_tanh", "quick_gelu"};
    return names[std::size_t(activation)];
}

} // namespace awq::core

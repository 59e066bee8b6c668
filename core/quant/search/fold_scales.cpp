// SPDX-License-Identifier: GPL-3.0-or-later
// Folds a channel scale into the producer and the consumers of a scale set.
#include "core/tensor.h"

#include "core/quant/search/fold_scales_torch.h"

#include "core/error.h"

namespace awq::core {
namespace {

void requirePositive(const ScaleSet& set, const at::Tensor& scale) {
    if (!at::isfinite(scale).logical_and(scale > 0).all().item<bool>())
        badInput("a channel scale is not positive and finite", set.producer,
                 "the scales are of another model or damaged; search them again");
}

void requireSize(const ScaleSet& set, std::int64_t expected, std::int64_t found) {
    if (expected != found)
        badInput("the channel scale has " + std::to_string(found) + " entries, expected " + std::to_string(expected),
                 set.producer, "the scales are of another model; search them again");
}

void divideNorm(BlockWeights& weights, const ScaleSet& set, const at::Tensor& scale) {
    for (const char* part : {".weight", ".bias"})
        if (const at::Tensor values = weights.find(set.producer + part); values.defined())
            weights.tensors[set.producer + part] = values / scale.to(values.options());
}

void divideRows(BlockWeights& weights, const ScaleSet& set, const at::Tensor& scale) {
    for (const char* part : {".weight", ".bias"}) {
        at::Tensor values = weights.find(set.producer + part);
        if (!values.defined())
            continue;
        requireSize(set, values.size(0) - set.firstRow, scale.numel());
        values = values.clone();
        at::Tensor rows = values.narrow(0, set.firstRow, scale.numel());
        rows.div_(values.dim() == 2 ? scale.to(values.options()).unsqueeze(1) : scale.to(values.options()));
        weights.tensors[set.producer + part] = values;
    }
}

void divideActivation(BlockWeights& weights, const ScaleSet& set, const at::Tensor& scale) {
    const std::string name = set.producer + ".scales";
    const at::TensorOptions options = weights.at(set.consumers.front() + ".weight").options();
    const at::Tensor before = weights.find(name);
    weights.tensors[name] = before.defined() ? before * scale.to(options) : scale.to(options).clone();
}

void multiplyColumns(BlockWeights& weights, const ScaleSet& set, const std::string& linear, const at::Tensor& scale) {
    const at::Tensor& values = weights.at(linear + ".weight");
    requireSize(set, values.size(1), scale.numel());
    weights.tensors[linear + ".weight"] = values * scale.to(values.options());
}

} // namespace

void foldScale(BlockWeights& weights, const ScaleSet& set, const at::Tensor& channelScale) {
    requirePositive(set, channelScale);
    for (const std::vector<std::string>* linears : {&set.consumers, &set.followers})
        for (const std::string& linear : *linears)
            multiplyColumns(weights, set, linear, channelScale);
    switch (set.kind) {
    case ProducerKind::norm:
        return divideNorm(weights, set, channelScale);
    case ProducerKind::linear:
        return divideRows(weights, set, channelScale);
    case ProducerKind::activation:
        return divideActivation(weights, set, channelScale);
    }
}

} // namespace awq::core

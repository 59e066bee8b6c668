// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps inputs and outputs.
#include "core/tensor.h"

#include "core/run/block_features_torch.h"

#include "core/run/module_runner_torch.h"

namespace awq::core {
namespace {

bool isSingleLinear(const ScaleSet& set) {
    return set.inspected.kind == InspectedKind::linear && set.consumers.size() == 1 &&
           set.inspected.name == set.consumers.front();
}

template <typename Map, typename Key>
at::Tensor found(const Map& map, const Key& key) {
    const auto entry = map.find(key);
    return entry == map.end() ? at::Tensor() : entry->second;
}

} // namespace

FeatureNeeds featuresOf(const BlockSpec& block) {
    FeatureNeeds needs;
    for (const ScaleSet& set : block.scaleSets) {
        if (set.use != ScaleSetUse::standard || isSingleLinear(set) || set.inspected.kind == InspectedKind::block)
            continue;
        needs.inputs.insert(set.inputOf);
        if (set.inspected.kind == InspectedKind::attention ||
            (set.inspected.kind == InspectedKind::mlp && !isGatedMlp(block, set)))
            needs.outputs.insert(set.inspected.kind);
        if (set.inspected.kind == InspectedKind::mlp && !block.moe)
            needs.inputs.insert(block.mlp.down.name);
    }
    for (const LinearSpec& linear : linearsOf(block))
        if (needs.inputs.contains(linear.name))
            needs.valuesPerToken += linear.in;
    needs.valuesPerToken += std::int64_t(needs.outputs.size()) * linearsOf(block).front().in;
    return needs;
}

at::Tensor BlockFeatures::input(const std::string& linear) const {
    return found(inputs, linear);
}

at::Tensor BlockFeatures::output(InspectedKind kind) const {
    return found(outputs, kind);
}

void FeatureKeeper::onLinear(const std::string& name, const at::Tensor& input) {
    m_next.onLinear(name, input);
    if (m_needs.inputs.contains(name))
        m_features.inputs[name] = input;
}

void FeatureKeeper::onModule(InspectedKind kind, const at::Tensor& output) {
    m_next.onModule(kind, output);
    if (m_needs.outputs.contains(kind))
        m_features.outputs[kind] = output;
}

} // namespace awq::core

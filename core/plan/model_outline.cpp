// SPDX-License-Identifier: GPL-3.0-or-later
// Copies out of an opened model folder what planning needs.
#include "core/plan/model_outline.h"

#include <unordered_set>

#include "core/model/model_folder.h"
#include "core/model/tensor_check.h"

namespace awq::core {
namespace {

std::int64_t elementsOf(const TensorInfo& tensor) {
    return std::int64_t(tensor.bytes / sizeOf(tensor.dtype));
}

DType storedType(const ModelFolder& folder, const std::string& linear) {
    const TensorInfo* weight = folder.tensors().find(linear + ".weight");
    return weight ? weight->dtype : folder.dtype(); // a packed linear has none
}

void addKept(const ModelFolder& folder, int block, const LinearSpec& linear, const char* reason, ModelOutline& model) {
    if (!linear)
        return;
    const std::string fullName = folder.blockTensor(block, linear.name);
    model.linears.push_back(
        {block, linear.name, fullName, linear.out, linear.in, storedType(folder, fullName), reason});
}

void addLinears(const ModelFolder& folder, ModelOutline& model) {
    std::vector<std::vector<LinearOutline>> blocks(std::size_t(folder.blockCount()));
    for (const ModelLinear& linear : folder.linears())
        blocks[std::size_t(linear.block)].push_back({linear.block, linear.name, linear.fullName, linear.rows,
                                                     linear.columns, storedType(folder, linear.fullName), ""});
    for (int block = 0; block < folder.blockCount(); ++block) {
        auto& linears = blocks[std::size_t(block)];
        model.linears.insert(model.linears.end(), linears.begin(), linears.end());
        if (const auto& moe = folder.spec().blocks[std::size_t(block)].moe) {
            addKept(folder, block, moe->router, "the router that chooses the experts", model);
            addKept(folder, block, moe->sharedGate, "the gate of the shared expert", model);
        }
    }
}

void addScaleSets(const DecoderSpec& spec, ModelOutline& model) {
    for (std::size_t block = 0; block < spec.blocks.size(); ++block)
        for (const ScaleSet& set : spec.blocks[block].scaleSets)
            model.scaleSets.push_back({int(block), set.producer, set.consumers, set.inspected.name,
                                       set.use == ScaleSetUse::skipped ? set.reason : "",
                                       set.kind == ProducerKind::activation});
}

// Every tensor that is no linear's weight; a tied head that is stored all the same is written once, buffers that no
// program reads not at all.
void addOtherTensors(const ModelFolder& folder, ModelOutline& model) {
    std::unordered_set<std::string> weights;
    for (const LinearOutline& linear : model.linears)
        weights.insert(linear.fullName + ".weight");
    const HeadSpec& head = folder.spec().head;
    if (folder.tied() && head.linear.name + ".weight" != folder.spec().embedding.weight)
        weights.insert(head.linear.name + ".weight");
    for (const TensorInfo& tensor : folder.tensors().tensors())
        if (!weights.contains(tensor.name) && !isUnreadBuffer(tensor))
            model.otherTensors.push_back({tensor.name, elementsOf(tensor), tensor.dtype});
}

void addActivationScales(const MlpSpec& mlp, ModelOutline& model) {
    if (!mlp.activationName.empty())
        model.activationScales.push_back(mlp.down.in);
}

} // namespace

ModelOutline outlineOf(const ModelFolder& folder) {
    const DecoderSpec& spec = folder.spec();
    ModelOutline model;
    model.path = folder.path();
    model.family = folder.family();
    model.architecture = folder.architecture();
    model.blocks = folder.blockCount();
    model.hidden = spec.hidden;
    model.vocabulary = spec.embedding.vocabulary;
    model.dtype = folder.dtype();
    if (!spec.blocks.empty()) {
        model.heads = spec.blocks.front().attention.heads;
        model.keyValueHeads = spec.blocks.front().attention.kvHeads;
    }
    for (const auto& file : folder.tensors().files())
        model.shards.push_back(file.filename().string());
    addLinears(folder, model);
    addScaleSets(spec, model);
    addOtherTensors(folder, model);
    for (const BlockSpec& block : spec.blocks)
        addActivationScales(block.mlp, model);
    return model;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Brings stored tensors to a device.
#include "core/tensor.h"

#include "core/model/decoder/block_weights_torch.h"

#include <utility>

#include "core/error.h"

namespace awq::core {
namespace {

[[noreturn]] void refuseNotFinite(const at::Tensor& tensor, const std::string& name, const std::string& where) {
    const at::Tensor index = at::isfinite(tensor).logical_not().nonzero()[0].cpu();
    std::string place;
    for (std::int64_t i = 0; i < index.numel(); ++i)
        place += (i == 0 ? "[" : ", ") + std::to_string(index[i].item<std::int64_t>());
    badInput("tensor '" + name + "' holds a value that is not finite at " + place + "]", where,
             "the checkpoint is damaged, or its values do not fit the compute type; try --dtype float32");
}

at::Tensor onPlace(const at::Tensor& stored, const ComputePlace& place, const std::string& name,
                   const std::string& where) {
    const at::Tensor tensor = stored.to(place.device, place.dtype, false, true);
    if (!at::isfinite(tensor).all().item<bool>())
        refuseNotFinite(tensor, name, where);
    return tensor;
}

at::Tensor asFloats(const QuantizedWeight& weight, const ModelFolder& folder, const std::string& linear,
                    const ComputePlace& place) {
    std::vector<float> dense = weight.dense();
    const at::Tensor view = at::from_blob(dense.data(), {weight.rows, weight.columns}, at::kFloat);
    return onPlace(view, place, linear, folder.tensors().path().string());
}

// NAME of NAME.weight; empty for other tensors.
std::string linearOf(const std::string& tensor) {
    constexpr std::string_view suffix = ".weight";
    return tensor.ends_with(suffix) ? tensor.substr(0, tensor.size() - suffix.size()) : "";
}

void requireShape(at::IntArrayRef found, const TensorShape& expected, const std::string& linear,
                  const ModelFolder& folder) {
    if (found != at::IntArrayRef(expected.shape))
        badInput("the packed linear '" + linear + "' is " + shapeText(found) + ", expected " +
                     shapeText(expected.shape),
                 folder.tensors().path().string(), "config.json and the weights are of different models");
}

void loadQuantized(BlockWeights& weights, const ModelFolder& folder, const TensorShape& expected,
                   const std::string& linear, const ComputePlace& place, const LinearStorage& storage) {
    const QuantizedWeight weight = folder.quantized()->read(linear);
    requireShape({weight.rows, weight.columns}, expected, linear, folder);
    if (storage.packed && PackedLinear::canHold(weight, place.device, place.dtype))
        weights.packed[linearOf(expected.name)] =
            std::make_shared<PackedLinear>(weight, place.device, place.dtype, storage.workspace);
    else
        weights.tensors[expected.name] = asFloats(weight, folder, linear, place);
}

void load(BlockWeights& weights, const ModelFolder& folder, const TensorShape& expected, const std::string& fullName,
          const ComputePlace& place, const LinearStorage& storage) {
    const std::string linear = linearOf(fullName);
    if (folder.quantized() && folder.quantized()->contains(linear))
        loadQuantized(weights, folder, expected, linear, place, storage);
    else
        weights.tensors[expected.name] = loadTensor(folder, fullName, place);
}

// Loads those of the decoder's own tensors whose names `wanted` accepts.
template <typename Wanted>
BlockWeights loadOuter(const ModelFolder& folder, const ComputePlace& place, Wanted wanted) {
    BlockWeights weights;
    for (const TensorShape& expected : expectedTensors(folder.spec()))
        if (wanted(expected.name))
            load(weights, folder, expected, expected.name, place, LinearStorage::asFloats());
    return weights;
}

// NAME.weight or NAME.bias.
bool belongsTo(const std::string& tensor, const std::string& module) {
    return !module.empty() && tensor.starts_with(module + ".") && tensor.rfind('.') == module.size();
}

} // namespace

const at::Tensor& BlockWeights::at(std::string_view name) const {
    const auto found = tensors.find(name);
    if (found == tensors.end())
        throw Error(ErrorCode::internal, "tensor '" + std::string(name) + "' was not loaded");
    return found->second;
}

at::Tensor BlockWeights::find(std::string_view name) const {
    const auto found = tensors.find(name);
    return found == tensors.end() ? at::Tensor() : found->second;
}

std::int64_t BlockWeights::bytes() const {
    std::int64_t bytes = 0;
    for (const auto& [name, tensor] : tensors)
        bytes += std::int64_t(tensor.nbytes());
    for (const auto& [name, linear] : packed)
        bytes += linear->bytes();
    return bytes;
}

at::ScalarType torchType(DType dtype) {
    switch (dtype) {
    case DType::F64:
        return at::kDouble;
    case DType::F32:
        return at::kFloat;
    case DType::F16:
        return at::kHalf;
    case DType::BF16:
        return at::kBFloat16;
    case DType::I64:
        return at::kLong;
    case DType::I32:
        return at::kInt;
    case DType::I16:
        return at::kShort;
    case DType::I8:
        return at::kChar;
    case DType::U8:
        return at::kByte;
    case DType::Bool:
        return at::kBool;
    }
    throw Error(ErrorCode::internal, "unknown element type");
}

at::Tensor loadTensor(const ModelFolder& folder, const std::string& fullName, const ComputePlace& place) {
    const TensorInfo& info = folder.tensors().at(fullName);
    const TensorBytes bytes = folder.tensors().read(fullName);
    // from_blob takes a pointer to non-const; nothing writes through it, and the copy owns its memory.
    const at::Tensor view =
        at::from_blob(const_cast<std::byte*>(bytes.bytes.data()), bytes.shape, torchType(bytes.dtype));
    return onPlace(view, place, fullName, tensorPlace(info.file, fullName, info.offset));
}

BlockWeights loadBlock(const ModelFolder& folder, int block, const ComputePlace& place, const LinearStorage& storage) {
    BlockWeights weights;
    const BlockSpec& spec = folder.spec().blocks.at(block);
    for (const TensorShape& expected : expectedTensors(spec))
        load(weights, folder, expected, folder.blockTensor(block, expected.name), place, storage);
    const std::string scales = spec.mlp.activationName + ".scales";
    const std::string fullName = folder.blockTensor(block, scales);
    if (folder.tensors().find(fullName))
        load(weights, folder, {scales, {spec.mlp.down.in}}, fullName, place, storage);
    return weights;
}

BlockWeights loadEmbedding(const ModelFolder& folder, const ComputePlace& place) {
    const EmbeddingSpec& spec = folder.spec().embedding;
    return loadOuter(folder, place, [&](const std::string& name) {
        return name == spec.weight || name == spec.positions || belongsTo(name, spec.projectIn.name) ||
               belongsTo(name, spec.norm.name);
    });
}

BlockWeights loadHead(const ModelFolder& folder, const ComputePlace& place) {
    const DecoderSpec& spec = folder.spec();
    BlockWeights weights = loadOuter(folder, place, [&](const std::string& name) {
        return belongsTo(name, spec.head.norm.name) || belongsTo(name, spec.head.projectOut.name) ||
               belongsTo(name, spec.head.linear.name);
    });
    if (spec.head.tied)
        weights.tensors[spec.head.linear.name + ".weight"] = loadTensor(folder, spec.embedding.weight, place);
    return weights;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Compares expected and stored tensors.
#include "core/model/tensor_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>

#include "core/error.h"

namespace awq::core {
namespace {

constexpr const char* otherModel =
    "config.json and the weights are of different models, or the download is incomplete; fetch the folder again";

class Check {
public:
    Check(const TensorSource& tensors, const std::optional<QuantizedTensors>& quantized)
        : m_tensors(tensors), m_quantized(quantized) {}

    void require(const TensorShape& expected, const std::string& name) const {
        constexpr std::string_view weight = ".weight";
        if (m_quantized && name.ends_with(weight) &&
            m_quantized->contains(std::string_view(name).substr(0, name.size() - weight.size())))
            return;
        const TensorInfo* found = m_tensors.find(name);
        if (!found)
            badInput("tensor '" + name + "' " + shapeText(expected.shape) + " is missing", m_tensors.path().string(),
                     otherModel);
        if (found->shape != expected.shape)
            badInput("tensor '" + name + "' has the shape " + shapeText(found->shape) + ", expected " +
                         shapeText(expected.shape),
                     tensorPlace(found->file, name, found->offset), otherModel);
        if (!isFloat(found->dtype))
            badInput("tensor '" + name + "' has the type " + std::string(nameOf(found->dtype)) +
                         ", expected a float type",
                     tensorPlace(found->file, name, found->offset),
                     "weights quantized by another program cannot be read; start from the float model");
    }

private:
    const TensorSource& m_tensors;
    const std::optional<QuantizedTensors>& m_quantized;
};

[[noreturn]] void refuseUnknown(const TensorInfo& info) {
    badInput("tensor '" + info.name + "' " + shapeText(info.shape) + " is not part of this architecture",
             tensorPlace(info.file, info.name, info.offset),
             "a variant with other layers than config.json says; it cannot be computed faithfully");
}

} // namespace

std::optional<BlockTensor> blockTensorOf(const DecoderSpec& spec, std::string_view name) {
    if (!name.starts_with(spec.blockPrefix))
        return std::nullopt;
    const char* begin = name.data() + spec.blockPrefix.size();
    const char* end = name.data() + name.size();
    int block = 0;
    const auto [next, error] = std::from_chars(begin, end, block);
    if (error != std::errc() || next == end || *next != '.')
        return std::nullopt;
    return BlockTensor{block, {next + 1, std::size_t(end - next - 1)}};
}

void checkTensors(const DecoderSpec& spec, const TensorSource& tensors,
                  const std::optional<QuantizedTensors>& quantized) {
    const Check check(tensors, quantized);
    for (const TensorShape& expected : expectedTensors(spec))
        check.require(expected, expected.name);
    std::unordered_set<std::string> known;
    for (std::size_t block = 0; block < spec.blocks.size(); ++block) {
        const std::string prefix = spec.blockPrefix + std::to_string(block) + ".";
        for (const TensorShape& expected : expectedTensors(spec.blocks[block])) {
            check.require(expected, prefix + expected.name);
            known.insert(prefix + expected.name);
        }
        known.insert(prefix + spec.blocks[block].mlp.activationName + ".scales");
    }
    for (const TensorInfo& info : tensors.tensors()) {
        const auto place = blockTensorOf(spec, info.name);
        if (place && !known.contains(info.name) && !isUnreadBuffer(info) &&
            !(quantized && quantized->isPart(info.name)))
            refuseUnknown(info);
    }
}

bool isUnreadBuffer(const TensorInfo& tensor) {
    const auto endsWith = [&](std::string_view end) { return tensor.name.ends_with(end); };
    constexpr std::array<std::string_view, 4> always{"rotary_emb.inv_freq", "self_attention.maybe_rotary.inv_freq",
                                                     "attention.masked_bias", "attn.masked_bias"};
    constexpr std::array<std::string_view, 2> masks{"attention.bias", "attn.bias"}; // a linear's bias is a vector
    return std::ranges::any_of(always, endsWith) || (tensor.shape.size() != 1 && std::ranges::any_of(masks, endsWith));
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Verification without values: which tensors must be there.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/export/verify_checks.h"

namespace awq::core {
namespace {

constexpr std::array<std::string_view, 7> partSuffixes{
    ".qweight", ".qzeros", ".scaled_zeros", ".weight_packed", ".weight_scale", ".weight_zero_point", ".weight_shape"};
constexpr std::array<std::string_view, 2> codeSuffixes{".qweight", ".weight_packed"};

// Buffers that some checkpoints carry and loaders compute themselves.
constexpr std::array<std::string_view, 3> bufferSuffixes{".inv_freq", ".masked_bias", ".attn.bias"};

template <typename Suffixes>
bool endsWithAny(const std::string& name, const Suffixes& suffixes) {
    return std::any_of(suffixes.begin(), suffixes.end(),
                       [&](std::string_view suffix) { return name.ends_with(suffix); });
}

// The scale vector of an activation, as loaders know it.
bool isActivationScale(const TensorInfo& info) {
    return info.shape.size() == 1 && (info.name.ends_with(".act.scales") || info.name.ends_with(".gelu_impl.scales"));
}

// "model.layers.3.mlp.up_proj.weight" -> "model.layers.", 3, ".mlp.up_proj.weight"; index -1 when there is no block
// number.
struct BlockName {
    std::string prefix, suffix;
    int index = -1;
};

BlockName splitBlockName(const std::string& name) {
    for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
        const std::size_t end = name.find_first_not_of("0123456789", dot + 1);
        if (end != std::string::npos && name[end] == '.' && end > dot + 1 && end - dot <= 7)
            return {name.substr(0, dot + 1), name.substr(end), std::stoi(name.substr(dot + 1, end - dot - 1))};
    }
    return {};
}

// A matrix with the same bytes as another one: an output head tied to the embedding, which formats keep or leave out.
bool repeatsAnother(const TensorSource& source, const TensorInfo& info) {
    return info.shape.size() == 2 &&
           std::any_of(source.tensors().begin(), source.tensors().end(), [&](const TensorInfo& other) {
               return other.name != info.name && other.shape == info.shape && other.dtype == info.dtype &&
                      std::ranges::equal(source.read(other.name).bytes, source.read(info.name).bytes);
           });
}

using Suffixes = std::set<std::string>;

std::int64_t blocksOfConfig(const nlohmann::json& config) {
    const nlohmann::json& text =
        config.contains("text_config") && config["text_config"].is_object() ? config["text_config"] : config;
    for (const char* key : {"num_hidden_layers", "n_layer", "n_layers", "num_layers"})
        if (text.contains(key) && text[key].is_number_integer())
            return text[key].get<std::int64_t>();
    return 0;
}

// Compares each block with the fullest one; a block with tensors of its own is of another kind and is left alone.
void compareBlocks(const std::string& prefix, const std::map<int, Suffixes>& blocks, std::vector<Mismatch>& found) {
    const auto fuller = [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); };
    const Suffixes& fullest = std::max_element(blocks.begin(), blocks.end(), fuller)->second;
    for (const auto& [index, suffixes] : blocks) {
        if (!std::includes(fullest.begin(), fullest.end(), suffixes.begin(), suffixes.end()))
            continue;
        for (const std::string& suffix : fullest)
            if (!suffixes.contains(suffix))
                found.push_back({prefix + std::to_string(index) + suffix, "missing, other blocks have it"});
    }
}

} // namespace

std::optional<std::string> OpenedCheckpoint::floatName(const std::string& tensor) const {
    if (!quantized || !quantized->isPart(tensor))
        return tensor;
    for (const std::string_view suffix : codeSuffixes)
        if (tensor.ends_with(suffix))
            return tensor.substr(0, tensor.size() - suffix.size()) + ".weight";
    return std::nullopt;
}

std::vector<Mismatch> checkLinearParts(const OpenedCheckpoint& checkpoint) {
    std::vector<Mismatch> found;
    for (const TensorInfo& info : checkpoint.source.tensors()) {
        const bool part = checkpoint.quantized && checkpoint.quantized->isPart(info.name);
        if (!part &&
            (endsWithAny(info.name, partSuffixes) || (info.name.ends_with(".scales") && !isActivationScale(info))))
            found.push_back({info.name, "part of a packed linear whose codes are missing"});
    }
    if (checkpoint.quantized)
        for (const std::string& linear : checkpoint.quantized->linears())
            if (checkpoint.source.find(linear + ".weight"))
                found.push_back({linear + ".weight", "the linear is there twice, packed and in float"});
    return found;
}

std::vector<Mismatch> checkBlocks(const OpenedCheckpoint& checkpoint, const nlohmann::json& config) {
    std::map<std::string, std::map<int, Suffixes>> byPrefix;
    std::map<std::string, int> quantizedIn; // packed linears per prefix
    for (const TensorInfo& info : checkpoint.source.tensors()) {
        const auto name = checkpoint.floatName(info.name);
        const BlockName block = name ? splitBlockName(*name) : BlockName{};
        if (block.index < 0)
            continue;
        byPrefix[block.prefix][block.index].insert(block.suffix);
        quantizedIn[block.prefix] += *name != info.name;
    }
    std::vector<Mismatch> found;
    for (const auto& [prefix, blocks] : byPrefix) {
        const std::int64_t expected = quantizedIn[prefix] > 0 ? blocksOfConfig(config) : 0;
        const std::int64_t last = std::max<std::int64_t>(expected, blocks.rbegin()->first + 1);
        for (int index = 0; index < last; ++index)
            if (!blocks.contains(index))
                found.push_back({prefix + std::to_string(index), "the whole block is missing"});
        if (expected > 0 && last > expected)
            found.push_back({prefix + std::to_string(last - 1),
                             "config.json says there are " + std::to_string(expected) + " blocks"});
        compareBlocks(prefix, blocks, found);
    }
    return found;
}

std::vector<Mismatch> checkNames(const OpenedCheckpoint& checkpoint, const TensorSource& reference) {
    std::vector<Mismatch> found;
    std::set<std::string> covered;
    for (const TensorInfo& info : checkpoint.source.tensors()) {
        const auto name = checkpoint.floatName(info.name);
        if (!name)
            continue;
        covered.insert(*name);
        const TensorInfo* original = reference.find(*name);
        if (!original && !isActivationScale(info) && !endsWithAny(*name, bufferSuffixes) &&
            !repeatsAnother(checkpoint.source, info))
            found.push_back({info.name, "the float model has no such tensor"});
        else if (original && *name == info.name && original->shape != info.shape)
            found.push_back(
                {info.name, "shape " + shapeText(info.shape) + ", the float model's is " + shapeText(original->shape)});
    }
    for (const TensorInfo& info : reference.tensors())
        if (!covered.contains(info.name) && !endsWithAny(info.name, bufferSuffixes) && !repeatsAnother(reference, info))
            found.push_back({info.name, "missing, the float model has it"});
    return found;
}

} // namespace awq::core

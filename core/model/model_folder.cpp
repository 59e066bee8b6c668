// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a model folder from its headers.
#include "core/model/model_folder.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/model/families/family_lookup.h"
#include "core/model/families/setting_check.h"
#include "core/model/tensor_check.h"

namespace awq::core {

namespace fs = std::filesystem;

struct ModelFolder::State {
    fs::path path;
    TensorSource tensors;
    std::optional<QuantizedTensors> quantized;
    FamilyMatch family;
    DecoderSpec spec;
    std::vector<ModelLinear> linears;
    std::vector<std::vector<std::string>> blockTensors;
    std::string tokenizerFile;
    DType dtype = DType::F16;
    std::int64_t parameters = 0, bytes = 0;
    std::vector<std::string> warnings;
};

namespace {

Config readConfig(const fs::path& path) {
    if (!fs::exists(path))
        badInput("no such folder", path.string(), "check the path");
    if (!fs::is_directory(path))
        badInput("not a model folder", path.string(),
                 "point to the folder that holds config.json, not to a file in it");
    if (fs::exists(path / "llm" / "config.json"))
        badInput("the language model lies in a folder of its own", path.string(),
                 "point to " + (path / "llm").string());
    if (!fs::exists(path / "config.json"))
        badInput("not a model folder: config.json is missing", path.string(),
                 "point to a folder in the Hugging Face layout: config.json, weights, tokenizer");
    return Config::read(path / "config.json");
}

std::string findTokenizer(const fs::path& path) {
    for (const char* name : {"tokenizer.json", "tokenizer.model"})
        if (fs::exists(path / name))
            return name;
    return {};
}

std::vector<ModelLinear> listLinears(const DecoderSpec& spec) {
    std::vector<ModelLinear> linears;
    for (std::size_t block = 0; block < spec.blocks.size(); ++block) {
        const std::string prefix = spec.blockPrefix + std::to_string(block) + ".";
        for (const LinearSpec& linear : linearsOf(spec.blocks[block]))
            linears.push_back(
                {linear.name, prefix + linear.name, int(block), linear.out, linear.in, linear.bias, linear.role});
    }
    return linears;
}

std::vector<std::vector<std::string>> listBlockTensors(const DecoderSpec& spec, const TensorSource& tensors) {
    std::vector<std::vector<std::string>> names(spec.blocks.size());
    for (const TensorInfo& info : tensors.tensors())
        if (const auto place = blockTensorOf(spec, info.name); place && std::size_t(place->block) < names.size())
            names[place->block].push_back(info.name);
    return names;
}

// The float type with the most bytes.
DType mainType(const TensorSource& tensors) {
    std::map<DType, std::uint64_t> bytes;
    for (const TensorInfo& info : tensors.tensors())
        if (isFloat(info.dtype))
            bytes[info.dtype] += info.bytes;
    const auto most =
        std::max_element(bytes.begin(), bytes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == bytes.end() ? DType::F32 : most->first;
}

// Weights and biases, a tied head once.
std::int64_t countParameters(const DecoderSpec& spec, const std::vector<ModelLinear>& linears,
                             const TensorSource& tensors, const std::optional<QuantizedTensors>& quantized) {
    std::int64_t count = 0;
    for (const TensorInfo& info : tensors.tensors()) {
        const bool repeatsEmbedding = spec.head.tied && info.name == spec.head.linear.name + ".weight";
        if (isFloat(info.dtype) && !repeatsEmbedding && !(quantized && quantized->isPart(info.name)))
            count += elementCount(info.shape, info.name);
    }
    for (const ModelLinear& linear : linears)
        if (quantized && quantized->contains(linear.fullName))
            count += linear.rows * linear.columns;
    return count;
}

std::vector<std::string> settingWarnings(const Config& config) {
    std::vector<std::string> warnings;
    for (const std::string& name : unknownSettings(config))
        warnings.push_back("the setting '" + name + "' of config.json is not known and was ignored");
    return warnings;
}

} // namespace

ModelFolder ModelFolder::open(const fs::path& path) {
    const Config config = readConfig(path);
    TensorSource tensors = TensorSource::open(path);
    auto quantized = QuantizedTensors::detect(tensors, config.json());
    FamilyMatch family = findFamily(config);
    DecoderSpec spec = readDecoder(config, family, tensors);
    checkTensors(spec, tensors, quantized);
    auto state = std::make_shared<State>(
        State{path, std::move(tensors), std::move(quantized), std::move(family), std::move(spec)});
    state->linears = listLinears(state->spec);
    state->blockTensors = listBlockTensors(state->spec, state->tensors);
    state->tokenizerFile = findTokenizer(path);
    state->dtype = mainType(state->tensors);
    state->parameters = countParameters(state->spec, state->linears, state->tensors, state->quantized);
    for (const TensorInfo& info : state->tensors.tensors())
        state->bytes += std::int64_t(info.bytes);
    state->warnings = settingWarnings(state->family.config);
    return ModelFolder(std::move(state));
}

const fs::path& ModelFolder::path() const {
    return m_state->path;
}
const Config& ModelFolder::config() const {
    return m_state->family.config;
}
const std::string& ModelFolder::architecture() const {
    return m_state->family.architecture;
}
const std::string& ModelFolder::family() const {
    return m_state->family.page.name;
}
const DecoderSpec& ModelFolder::spec() const {
    return m_state->spec;
}
const TensorSource& ModelFolder::tensors() const {
    return m_state->tensors;
}
int ModelFolder::blockCount() const {
    return int(m_state->spec.blocks.size());
}

std::string ModelFolder::blockTensor(int block, std::string_view relative) const {
    return m_state->spec.blockPrefix + std::to_string(block) + "." + std::string(relative);
}

const std::vector<std::string>& ModelFolder::blockTensors(int block) const {
    return m_state->blockTensors.at(block);
}
const std::vector<ModelLinear>& ModelFolder::linears() const {
    return m_state->linears;
}
DType ModelFolder::dtype() const {
    return m_state->dtype;
}
std::int64_t ModelFolder::parameters() const {
    return m_state->parameters;
}
std::int64_t ModelFolder::bytes() const {
    return m_state->bytes;
}
bool ModelFolder::tied() const {
    return m_state->spec.head.tied;
}
const std::string& ModelFolder::tokenizerFile() const {
    return m_state->tokenizerFile;
}
const std::optional<QuantizedTensors>& ModelFolder::quantized() const {
    return m_state->quantized;
}
const std::vector<std::string>& ModelFolder::warnings() const {
    return m_state->warnings;
}

void ModelFolder::requireFloat() const {
    if (m_state->quantized)
        badInput("the folder is quantized already (" + m_state->quantized->label() + ")", m_state->path.string(),
                 "start from the float model; quantized folders can be evaluated and compared");
}

} // namespace awq::core

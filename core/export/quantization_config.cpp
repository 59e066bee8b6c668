// SPDX-License-Identifier: GPL-3.0-or-later
// Writes quantization configs.
#include "core/export/quantization_config.h"

#include <map>
#include <nlohmann/json.hpp>

namespace awq::core {
namespace {

using Json = nlohmann::json;

std::string_view torchName(DType dtype) {
    switch (dtype) {
    case DType::F16:
        return "float16";
    case DType::BF16:
        return "bfloat16";
    default:
        return "float32";
    }
}

std::string linearName(const std::string& weight) {
    return weight.substr(0, weight.rfind(".weight"));
}

// Linears of each (bits, group size).
using FormGroups = std::map<std::pair<int, std::int64_t>, std::vector<std::string>>;

FormGroups groupByForm(const CheckpointFacts& facts) {
    FormGroups groups;
    for (const ModelTensor& tensor : facts.tensors)
        if (tensor.packed)
            groups[{tensor.packed->bits, facts.groupSize < 0 ? -1 : tensor.packed->groupSize}].push_back(
                linearName(tensor.spec.name));
    return groups;
}

// What Transformers 5 calls the head of every family; older versions use the checkpoint's name ("embed_out").
const std::string newHead = "lm_head";

Json weightScheme(int bits, std::int64_t groupSize, bool symmetric) {
    Json scheme{{"num_bits", bits}, {"type", "int"}, {"symmetric", symmetric}, {"dynamic", false}};
    if (groupSize < 0) {
        scheme["strategy"] = "channel";
    } else {
        scheme["strategy"] = "group";
        scheme["group_size"] = groupSize;
    }
    return scheme;
}

} // namespace

void describeAwqGemm(Json& config, const CheckpointFacts& facts) {
    Json kept = facts.floatLinears;
    for (const std::string& module : facts.floatModules) {
        kept.push_back(module);
        kept.push_back("model." + module); // Transformers 5 names the modules of multimodal models this way
    }
    config["quantization_config"] = {
        {"quant_method", "awq"}, {"bits", 4},         {"group_size", facts.groupSize},
        {"zero_point", true},    {"version", "gemm"}, {"modules_to_not_convert", kept.empty() ? Json() : kept}};
}

void describeCompressedTensors(Json& config, const CheckpointFacts& facts) {
    Json ignore = Json::array();
    if (!facts.head.empty())
        ignore.push_back(facts.head);
    if (facts.head != newHead)
        ignore.push_back(newHead);
    for (const std::string& linear : facts.floatLinears)
        ignore.push_back(linear);
    for (const std::string& module : facts.floatModules)
        ignore.push_back("re:.*" + module + ".*");
    Json groups = Json::object();
    const FormGroups forms = groupByForm(facts);
    for (const auto& [form, linears] : forms)
        groups["group_" + std::to_string(groups.size())] = {
            {"targets", forms.size() == 1 ? Json::array({"Linear"}) : Json(linears)},
            {"weights", weightScheme(form.first, form.second, !facts.zeroPoint)},
            {"input_activations", nullptr},
            {"output_activations", nullptr}};
    config["quantization_config"] = {{"quant_method", "compressed-tensors"},
                                     {"format", "pack-quantized"},
                                     {"quantization_status", "compressed"},
                                     {"global_compression_ratio", nullptr},
                                     {"kv_cache_scheme", nullptr},
                                     {"ignore", ignore},
                                     {"config_groups", groups}};
}

void setElementType(Json& config, DType dtype) {
    config.erase("quantization_config");
    config["torch_dtype"] = torchName(dtype);
    if (config.contains("dtype"))
        config["dtype"] = torchName(dtype);
    for (const char* part : {"text_config", "vision_config"})
        for (const char* key : {"torch_dtype", "dtype"})
            if (config.contains(part) && config[part].is_object() && config[part].contains(key))
                config[part][key] = torchName(dtype);
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Recognises quantized checkpoints and unpacks their linears.
#include "core/model/quantized_tensors.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/model/float_values.h"

namespace awq::core {

// How one format names and packs a linear. The first suffix is that of the codes.
struct QuantizedLayout {
    std::string_view format;
    std::vector<std::string> parts; // suffixes
    QuantizedWeight (*read)(const TensorSource& source, const std::string& linear, std::int64_t configGroupSize);
};

namespace {

using Json = nlohmann::json;
constexpr const char* incomplete =
    "the checkpoint is incomplete or damaged; quantize the model again or fetch it again";

[[noreturn]] void refuse(const TensorSource& source, const std::string& tensor, const std::string& what) {
    badInput(what, source.at(tensor).file.string() + ", tensor '" + tensor + "'", incomplete);
}

// The bytes of a tensor that must be a matrix of this type.
TensorBytes matrix(const TensorSource& source, const std::string& tensor, DType dtype) {
    TensorBytes bytes = source.read(tensor);
    if (bytes.dtype != dtype || bytes.shape.size() != 2)
        refuse(source, tensor,
               "a matrix of " + std::string(nameOf(dtype)) + " is expected, found " + std::string(nameOf(bytes.dtype)) +
                   " " + shapeText(bytes.shape));
    return bytes;
}

TensorBytes floatMatrix(const TensorSource& source, const std::string& tensor) {
    const DType dtype = source.at(tensor).dtype;
    return matrix(source, tensor, isFloat(dtype) ? dtype : DType::F16);
}

void requireShape(const TensorSource& source, const std::string& tensor, std::int64_t rows, std::int64_t columns) {
    const std::vector<std::int64_t> expected{rows, columns};
    if (source.at(tensor).shape != expected)
        refuse(source, tensor,
               "the shape " + shapeText(source.at(tensor).shape) + " does not fit the codes: expected " +
                   shapeText(expected));
}

// Columns per group, checked against the config where that says something.
std::int64_t groupSizeOf(const TensorSource& source, const std::string& tensor, std::int64_t columns,
                         std::int64_t groups, std::int64_t configured) {
    const std::int64_t size = groups > 0 && columns % groups == 0 ? columns / groups : 0;
    const bool fits = configured == 0 || size == (configured < 0 ? columns : configured);
    if (size == 0 || !fits)
        refuse(source, tensor,
               std::to_string(groups) + " groups do not fit " + std::to_string(columns) + " columns" +
                   (configured > 0 ? " and the group size " + std::to_string(configured) + " of config.json" : ""));
    return size;
}

// --- AutoAWQ "gemm" -------------------------------------------------------------------------------------------------

QuantizedWeight readAwqGemm(const TensorSource& source, const std::string& linear, std::int64_t configGroupSize) {
    const TensorBytes words = matrix(source, linear + ".qweight", DType::I32);
    QuantizedWeight weight{words.shape[1] * 8, words.shape[0], 4};
    const TensorBytes scales = floatMatrix(source, linear + ".scales");
    const std::int64_t groups = scales.shape[0];
    weight.groupSize = groupSizeOf(source, linear + ".scales", weight.columns, groups, configGroupSize);
    requireShape(source, linear + ".scales", groups, weight.rows);
    const TensorBytes zeros = matrix(source, linear + ".qzeros", DType::I32);
    requireShape(source, linear + ".qzeros", groups, weight.rows / 8);
    weight.codes = unpackAwqGemm(words.as<std::int32_t>(), weight.rows, weight.columns);
    weight.zeros = unpackAwqGemm(zeros.as<std::int32_t>(), weight.rows, groups);
    weight.scales = transposed(std::span<const float>(toFloats(scales)), groups, weight.rows);
    weight.scaleType = scales.dtype;
    return weight;
}

// --- AutoAWQ "gemv" -------------------------------------------------------------------------------------------------

QuantizedWeight readAwqGemv(const TensorSource& source, const std::string& linear, std::int64_t configGroupSize) {
    const TensorBytes words = matrix(source, linear + ".qweight", DType::I32);
    QuantizedWeight weight{words.shape[0], words.shape[1] * 8, 4};
    weight.groupSize = configGroupSize > 0 ? configGroupSize : weight.columns;
    if (weight.columns % weight.groupSize != 0)
        refuse(source, linear + ".qweight",
               std::to_string(weight.columns) + " columns are not a multiple of the group size of config.json");
    const std::int64_t groups = weight.columns / weight.groupSize,
                       padded = paddedGroups(weight.columns, weight.groupSize);
    const TensorBytes scales = floatMatrix(source, linear + ".scales"),
                      zeros = matrix(source, linear + ".qzeros", DType::I32);
    requireShape(source, linear + ".scales", weight.rows, padded);
    requireShape(source, linear + ".qzeros", weight.rows, padded / 8);
    weight.codes = unpackRows(words.as<std::int32_t>(), weight.rows, weight.columns, 4);
    weight.zeros = resizedRows(CodeSpan(unpackRows(zeros.as<std::int32_t>(), weight.rows, padded, 4)), weight.rows,
                               padded, groups);
    weight.scales = resizedRows(std::span<const float>(toFloats(scales)), weight.rows, padded, groups);
    weight.scaleType = scales.dtype;
    return weight;
}

// --- llm-awq "v2" and AutoAWQ "gemv_fast"
// -----------------------------------------------------------------------------

// Groups in [padded groups, rows]: rows of padding are zero, real scales never are.
std::int64_t usedGroups(std::span<const float> scales, std::int64_t padded, std::int64_t rows) {
    std::int64_t groups = padded;
    const auto isPadding = [&](std::int64_t group) {
        const auto row = scales.subspan(std::size_t(group * rows), std::size_t(rows));
        return std::all_of(row.begin(), row.end(), [](float value) { return value == 0; });
    };
    while (groups > 0 && isPadding(groups - 1))
        --groups;
    return groups;
}

QuantizedWeight readInterleaved(const TensorSource& source, const std::string& linear, const char* zeroSuffix,
                                std::int64_t configGroupSize) {
    const TensorBytes words = matrix(source, linear + ".qweight", DType::I16);
    QuantizedWeight weight{words.shape[0] * 4, words.shape[1], 4};
    if (weight.columns % 64 != 0)
        refuse(source, linear + ".qweight", std::to_string(weight.columns) + " columns are not a multiple of 64");
    const TensorBytes scales = floatMatrix(source, linear + ".scales"),
                      zeros = floatMatrix(source, linear + zeroSuffix);
    const std::int64_t padded = scales.shape[0];
    requireShape(source, linear + ".scales", padded, weight.rows);
    requireShape(source, linear + zeroSuffix, padded, weight.rows);
    const std::vector<float> scaleValues = toFloats(scales), zeroValues = toFloats(zeros);
    const std::int64_t groups = usedGroups(scaleValues, padded, weight.rows);
    weight.groupSize = groupSizeOf(source, linear + ".scales", weight.columns, groups, configGroupSize);
    weight.codes = unpackLlmAwq(words.as<std::int16_t>(), weight.rows, weight.columns);
    weight.scales = transposed(std::span(scaleValues).first(std::size_t(groups * weight.rows)), groups, weight.rows);
    const std::vector<float> scaledZeros =
        transposed(std::span(zeroValues).first(std::size_t(groups * weight.rows)), groups, weight.rows);
    for (std::size_t i = 0; i < scaledZeros.size(); ++i) { // stored as -scale * zero
        const float zero = std::nearbyint(-scaledZeros[i] / weight.scales[i]);
        if (!(zero >= 0 && zero <= 15))
            refuse(source, linear + zeroSuffix, "a zero point is not within 0..15");
        weight.zeros.push_back(std::uint8_t(zero));
    }
    weight.scaleType = scales.dtype;
    return weight;
}

QuantizedWeight readLlmAwq(const TensorSource& source, const std::string& linear, std::int64_t configGroupSize) {
    return readInterleaved(source, linear, ".scaled_zeros", configGroupSize);
}

QuantizedWeight readGemvFast(const TensorSource& source, const std::string& linear, std::int64_t configGroupSize) {
    return readInterleaved(source, linear, ".qzeros", configGroupSize);
}

// --- compressed-tensors "pack-quantized" ----------------------------------------------------------------------------

// Bits follow from the shape, since linears of one checkpoint may differ.
int compressedBits(const TensorSource& source, const std::string& tensor, std::int64_t columns) {
    const std::int64_t words = source.at(tensor).shape[1];
    const bool plausible =
        columns >= 32 && columns / 32 <= words; // from 32 columns on, no two counts of bits need equal words
    for (int bits = 1; plausible && bits <= 8; ++bits)
        if ((columns * bits + 31) / 32 == words)
            return bits;
    refuse(source, tensor, std::to_string(words) + " words cannot hold rows of " + std::to_string(columns) + " codes");
}

QuantizedWeight readCompressed(const TensorSource& source, const std::string& linear, std::int64_t) {
    const TensorBytes words = matrix(source, linear + ".weight_packed", DType::I32);
    const TensorBytes shape = source.read(linear + ".weight_shape");
    if (shape.dtype != DType::I64 || shape.bytes.size() != 16)
        refuse(source, linear + ".weight_shape", "two I64 are expected");
    QuantizedWeight weight{shape.as<std::int64_t>()[0], shape.as<std::int64_t>()[1]};
    if (weight.rows != words.shape[0])
        refuse(source, linear + ".weight_shape",
               "it names " + std::to_string(weight.rows) + " rows, the codes have " + std::to_string(words.shape[0]));
    weight.bits = compressedBits(source, linear + ".weight_packed", weight.columns);
    const TensorBytes scales = floatMatrix(source, linear + ".weight_scale");
    const std::int64_t groups = scales.shape[1];
    requireShape(source, linear + ".weight_scale", weight.rows, groups);
    weight.groupSize = groupSizeOf(source, linear + ".weight_scale", weight.columns, groups, 0);
    weight.codes = unpackRows(words.as<std::int32_t>(), weight.rows, weight.columns, weight.bits);
    weight.scales = toFloats(scales);
    weight.scaleType = scales.dtype;
    if (source.find(linear + ".weight_zero_point")) {
        const TensorBytes zeros = matrix(source, linear + ".weight_zero_point", DType::I32);
        requireShape(source, linear + ".weight_zero_point", (weight.rows * weight.bits + 31) / 32, groups);
        weight.zeros = unpackColumns(zeros.as<std::int32_t>(), weight.rows, groups, weight.bits);
    } else {
        weight.zeros.assign(weight.scales.size(), std::uint8_t(1 << (weight.bits - 1)));
    }
    return weight;
}

// --------------------------------------------------------------------------------------------------------------------

const QuantizedLayout& layoutOf(std::string_view format) {
    static const std::vector<QuantizedLayout> table{
        {"awq-gemm", {".qweight", ".qzeros", ".scales"}, readAwqGemm},
        {"awq-gemv", {".qweight", ".qzeros", ".scales"}, readAwqGemv},
        {"awq-gemv-fast", {".qweight", ".qzeros", ".scales"}, readGemvFast},
        {"llm-awq", {".qweight", ".scaled_zeros", ".scales"}, readLlmAwq},
        {"compressed-tensors",
         {".weight_packed", ".weight_scale", ".weight_zero_point", ".weight_shape"},
         readCompressed},
    };
    return *std::find_if(table.begin(), table.end(),
                         [&](const QuantizedLayout& layout) { return layout.format == format; });
}

std::string textField(const Json& json, const char* key, const char* otherwise) {
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : otherwise;
}

std::int64_t numberField(const Json& json, const char* key, const char* alias) {
    for (const char* name : {key, alias})
        if (json.contains(name) && json[name].is_number_integer())
            return json[name].get<std::int64_t>();
    return 0;
}

[[noreturn]] void unknownKind(const TensorSource& source, const std::string& kind) {
    badInput("the checkpoint is quantized as '" + kind + "', which is not read",
             (source.path() / "config.json").string(),
             "use the float model, or a checkpoint in awq or compressed-tensors pack-quantized form");
}

std::string_view awqFormat(const TensorSource& source, const Json& quantization) {
    std::string version = textField(quantization, "version", "gemm");
    std::transform(version.begin(), version.end(), version.begin(), [](unsigned char c) { return std::tolower(c); });
    if (version == "gemm")
        return "awq-gemm";
    if (version == "gemv")
        return "awq-gemv";
    if (version == "gemv_fast")
        return "awq-gemv-fast";
    if (version == "llm-awq")
        return "llm-awq";
    unknownKind(source, "awq " + version);
}

} // namespace

std::optional<QuantizedTensors> QuantizedTensors::detect(const TensorSource& source, const Json& config) {
    const auto has = [&](std::string_view suffix) {
        return std::any_of(source.tensors().begin(), source.tensors().end(),
                           [&](const TensorInfo& info) { return info.name.ends_with(suffix); });
    };
    const Json* quantization = config.contains("quantization_config") && config["quantization_config"].is_object()
                                   ? &config["quantization_config"]
                                   : nullptr;
    if (!quantization && has(".scaled_zeros"))
        return QuantizedTensors(source, layoutOf("llm-awq"), 0);
    if (!quantization && (has(".qweight") || has(".weight_packed")))
        badInput("the checkpoint holds packed weights, but config.json has no quantization_config",
                 source.path().string(), "fetch config.json again");
    if (!quantization)
        return std::nullopt;
    const std::string method = textField(*quantization, "quant_method", "");
    if (method == "awq")
        return QuantizedTensors(source, layoutOf(awqFormat(source, *quantization)),
                                numberField(*quantization, "group_size", "q_group_size"));
    if (method == "compressed-tensors" && textField(*quantization, "format", "") == "pack-quantized")
        return QuantizedTensors(source, layoutOf("compressed-tensors"), 0);
    unknownKind(source, method + " " + textField(*quantization, "format", ""));
}

QuantizedTensors::QuantizedTensors(const TensorSource& source, const QuantizedLayout& layout,
                                   std::int64_t configGroupSize)
    : m_source(source), m_layout(&layout), m_configGroupSize(configGroupSize), m_format(layout.format) {
    for (const TensorInfo& info : source.tensors())
        if (info.name.ends_with(layout.parts.front()))
            m_linears.push_back(info.name.substr(0, info.name.size() - layout.parts.front().size()));
    for (const std::string& linear : m_linears)
        for (const std::string& part : layout.parts)
            m_linearOfPart[linear + part] = linear;
    if (m_linears.empty())
        badInput("config.json says " + m_format + ", but no tensor ends in " + layout.parts.front(),
                 source.path().string(), incomplete);
    const QuantizedWeight first = read(m_linears.front());
    m_bits = first.bits;
    m_groupSize = first.groupSize;
}

std::string QuantizedTensors::label() const {
    return m_format + " w" + std::to_string(m_bits) + "g" + std::to_string(m_groupSize);
}

bool QuantizedTensors::contains(std::string_view linear) const {
    return m_linearOfPart.contains(std::string(linear) + m_layout->parts.front());
}

std::vector<std::string> QuantizedTensors::tensorsOf(const std::string& linear) const {
    std::vector<std::string> names;
    for (const std::string& part : m_layout->parts)
        if (m_source.find(linear + part))
            names.push_back(linear + part);
    return names;
}

bool QuantizedTensors::isPart(const std::string& tensor) const {
    return m_linearOfPart.contains(tensor);
}

QuantizedWeight QuantizedTensors::read(const std::string& linear) const {
    return m_layout->read(m_source, linear, m_configGroupSize);
}

} // namespace awq::core

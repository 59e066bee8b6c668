// SPDX-License-Identifier: GPL-3.0-or-later
// The formats as a table, and the writer that follows it.
#include "core/export/checkpoint_writer.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.h"
#include "core/export/quantization_config.h"
#include "core/export/side_files.h"
#include "core/json_text.h"
#include "core/model/float_values.h"
#include "core/plan/format_rules.h"
#include "core/store/atomic_file.h"

namespace awq::core {

struct CheckpointFormat {
    std::string_view name;
    const LinearLayout& layout;
    std::optional<DType> dtype;    // prescribed type of floats and scales
    bool torchFile = false;        // one .pt state dict instead of safetensors
    ActivationScales activationScales = ActivationScales::none;
    void (*describe)(nlohmann::json& config, const CheckpointFacts& facts) = nullptr; // adds a quantization_config
};

namespace {

namespace fs = std::filesystem;

const CheckpointFormat& formatOf(const std::string& name) {
    static const std::array<CheckpointFormat, 4> table{{
        {"awq-gemm", awqGemmLayout, DType::F16, false, ActivationScales::stored, describeAwqGemm},
        {"llm-awq", llmAwqLayout, std::nullopt, true, ActivationScales::stored, nullptr},
        {"compressed-tensors", compressedTensorsLayout, std::nullopt, false, ActivationScales::none, describeCompressedTensors},
        {"simulated", simulatedLayout, std::nullopt, false, ActivationScales::absorbed, nullptr},
    }};
    const std::string& known = formatRulesOf(name).name; // throws for an unknown one
    return *std::find_if(table.begin(), table.end(),
                         [&](const CheckpointFormat& format) { return format.name == known; });
}

std::string linearName(const std::string& weight) {
    constexpr std::string_view suffix = ".weight";
    if (!weight.ends_with(suffix))
        throw Error(ErrorCode::internal, "a quantized tensor is not called .weight", "tensor '" + weight + "'",
                    "please report this as a bug");
    return weight.substr(0, weight.size() - suffix.size());
}

// As llm-awq names its files; its loader looks for "v2" at the end.
std::string torchStem(const CheckpointFacts& facts) {
    int bits = 4;
    for (const ModelTensor& tensor : facts.tensors)
        if (tensor.packed)
            bits = tensor.packed->bits;
    return fs::weakly_canonical(facts.model).filename().string() + "-w" + std::to_string(bits) + "-g" +
           std::to_string(facts.groupSize) + "-awq-v2";
}

} // namespace

DType CheckpointWriter::floatType(const std::string& format, DType dtype) {
    return formatOf(format).dtype.value_or(dtype);
}

std::uint64_t CheckpointWriter::linearBytes(const std::string& format, const LinearShape& shape) {
    std::uint64_t bytes = 0;
    for (const TensorSpec& spec : formatOf(format).layout.specs(shape))
        bytes += spec.bytes();
    return bytes;
}

ActivationScales CheckpointWriter::activationScales(const std::string& format) {
    return formatOf(format).activationScales;
}

CheckpointWriter::CheckpointWriter(const std::string& format, const fs::path& folder, CheckpointFacts facts)
    : m_format(formatOf(format)), m_folder(folder), m_facts(std::move(facts)),
      m_dtype(m_format.dtype.value_or(m_facts.dtype)) {
    declare();
    m_sink = m_format.torchFile ? torchSink(m_folder, torchStem(m_facts), m_specs, m_facts.tied)
                                : safetensorsSink(m_folder, m_specs, m_facts.maxShardBytes);
}

CheckpointWriter::~CheckpointWriter() = default;

void CheckpointWriter::checkLinear(const LinearShape& shape) const {
    const FormatRules& rules = formatRulesOf(std::string(m_format.name));
    const PackedForm& form = shape.form;
    std::string reason;
    if (std::find(rules.bits.begin(), rules.bits.end(), form.bits) == rules.bits.end())
        reason = "it has no packed form for " + std::to_string(form.bits) + " bits";
    else if (shape.rows % rules.rowMultiple != 0)
        reason =
            "its " + std::to_string(shape.rows) + " rows are not a multiple of " + std::to_string(rules.rowMultiple);
    else if (shape.columns % rules.columnMultiple != 0)
        reason = "its " + std::to_string(shape.columns) + " columns are not a multiple of " +
                 std::to_string(rules.columnMultiple);
    else if (form.groupSize <= 0 || shape.columns % form.groupSize != 0)
        reason = "its " + std::to_string(shape.columns) + " columns are not a multiple of the group size " +
                 std::to_string(form.groupSize);
    if (!reason.empty())
        badInput("the format " + rules.name + " cannot hold the linear: " + reason, shape.name,
                 "exclude the linear or choose another format");
}

void CheckpointWriter::declare() {
    for (const ModelTensor& tensor : m_facts.tensors) {
        TensorSpec spec = tensor.spec;
        if (!tensor.packed) {
            spec.dtype = isFloat(spec.dtype) ? m_dtype : spec.dtype;
            m_specs.push_back(spec);
            continue;
        }
        if (spec.shape.size() != 2)
            badInput("a quantized weight has the shape " + shapeText(spec.shape), spec.name, "exclude the linear");
        const LinearShape shape{linearName(spec.name), spec.shape[0], spec.shape[1],
                                *tensor.packed,        m_dtype,       m_facts.zeroPoint};
        checkLinear(shape);
        for (TensorSpec& part : m_format.layout.specs(shape))
            m_specs.push_back(std::move(part));
        m_linears.emplace(shape.name, shape);
    }
    if (m_format.activationScales != ActivationScales::stored)
        return;
    for (const ActivationScale& scale : m_facts.activationScales) {
        m_specs.push_back({scale.name, m_dtype, {scale.size}});
        m_pendingScales[scale.name] = scale.size;
    }
}

void CheckpointWriter::add(const QuantizedLinear& linear) {
    const auto found = m_linears.find(linear.name);
    if (found == m_linears.end())
        throw Error(ErrorCode::internal, "a linear was not declared as quantized", linear.name,
                    "please report this as a bug");
    const LinearShape& shape = found->second;
    const auto groups = std::size_t(shape.rows * shape.groups());
    if (linear.codes.size() != std::size_t(shape.rows * shape.columns) || linear.zeros.size() != groups ||
        linear.scales.size() != groups)
        throw Error(ErrorCode::internal, "the parts of a quantized linear do not have its shape", linear.name,
                    "please report this as a bug");
    if (!linear.columnScale.empty() && (m_format.activationScales != ActivationScales::absorbed ||
                                        linear.columnScale.size() != std::size_t(shape.columns)))
        throw Error(ErrorCode::internal, "a linear has a column scale that the format cannot absorb", linear.name,
                    "please report this as a bug");
    for (const NamedBytes& part : m_format.layout.pack(shape, linear))
        m_sink->write(part.name, part.tensor.bytes);
}

void CheckpointWriter::addFloat(const std::string& name, const TensorBytes& tensor) {
    m_sink->write(name, converted(tensor, m_dtype, name).bytes);
}

void CheckpointWriter::addActivationScale(const std::string& name, std::span<const float> values) {
    if (m_pendingScales.erase(name) > 0)
        m_sink->write(name, fromFloats(values, m_dtype, {std::int64_t(values.size())}).bytes);
    else if (std::any_of(values.begin(), values.end(), [](float value) { return value != 1.0f; }))
        badInput("the format " + std::string(m_format.name) + " has no place for the scale of an activation", name,
                 "choose awq-gemm or llm-awq, or do not scale the linear behind this activation");
}

Manifest CheckpointWriter::finish() {
    for (const auto& [name, size] : std::exchange(m_pendingScales, {}))
        m_sink->write(name, fromFloats(std::vector<float>(std::size_t(size), 1.0f), m_dtype, {size}).bytes);
    m_sink->finish();
    writeConfig();
    return m_sink->manifest();
}

void CheckpointWriter::writeConfig() const {
    nlohmann::json config = readJsonFile(m_facts.model / "config.json");
    copySideFiles(m_facts.model, config, m_folder);
    setElementType(config, m_dtype);
    if (m_format.describe)
        m_format.describe(config, m_facts);
    writeFileAtomically(m_folder / "config.json", config.dump(2) + "\n");
}

} // namespace awq::core

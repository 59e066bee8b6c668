// SPDX-License-Identifier: GPL-3.0-or-later
// Packs quantized linears for each checkpoint format.
#include "core/export/linear_layouts.h"

#include "core/model/float_values.h"
#include "core/quant/packing.h"

namespace awq::core {
namespace {

std::int64_t wordsFor(std::int64_t values, int bits) {
    return (values * bits + 31) / 32;
}

// --- AutoAWQ "gemm" -------------------------------------------------------------------------------------------------

std::vector<TensorSpec> awqGemmSpecs(const LinearShape& s) {
    return {{s.name + ".qweight", DType::I32, {s.columns, s.rows / 8}},
            {s.name + ".qzeros", DType::I32, {s.groups(), s.rows / 8}},
            {s.name + ".scales", s.dtype, {s.groups(), s.rows}}};
}

std::vector<NamedBytes> packAwqGemmLinear(const LinearShape& s, const QuantizedLinear& linear) {
    const auto scales = transposed(linear.scales, s.rows, s.groups());
    return {{s.name + ".qweight",
             ownedTensor(packAwqGemm(linear.codes, s.rows, s.columns), DType::I32, {s.columns, s.rows / 8})},
            {s.name + ".qzeros",
             ownedTensor(packAwqGemm(linear.zeros, s.rows, s.groups()), DType::I32, {s.groups(), s.rows / 8})},
            {s.name + ".scales", fromFloats(scales, s.dtype, {s.groups(), s.rows})}};
}

// --- llm-awq "v2" ---------------------------------------------------------------------------------------------------

std::vector<TensorSpec> llmAwqSpecs(const LinearShape& s) {
    const std::int64_t padded = paddedGroups(s.columns, s.form.groupSize);
    return {{s.name + ".qweight", DType::I16, {s.rows / 4, s.columns}},
            {s.name + ".scales", s.dtype, {padded, s.rows}},
            {s.name + ".scaled_zeros", s.dtype, {padded, s.rows}}};
}

std::vector<NamedBytes> packLlmAwqLinear(const LinearShape& s, const QuantizedLinear& linear) {
    const std::int64_t padded = paddedGroups(s.columns, s.form.groupSize);
    std::vector<float> scaledZeros(linear.scales.size()); // -scale * zero, in float32, rounded when stored
    for (std::size_t i = 0; i < scaledZeros.size(); ++i)
        scaledZeros[i] = -(linear.scales[i] * float(linear.zeros[i]));
    const auto stored = [&](std::span<const float> values) {
        const auto wide = resizedRows(values, s.rows, s.groups(), padded);
        return fromFloats(transposed(std::span<const float>(wide), s.rows, padded), s.dtype, {padded, s.rows});
    };
    return {{s.name + ".qweight",
             ownedTensor(packLlmAwq(linear.codes, s.rows, s.columns), DType::I16, {s.rows / 4, s.columns})},
            {s.name + ".scales", stored(linear.scales)},
            {s.name + ".scaled_zeros", stored(scaledZeros)}};
}

// --- compressed-tensors "pack-quantized" ----------------------------------------------------------------------------

std::vector<TensorSpec> compressedSpecs(const LinearShape& s) {
    std::vector<TensorSpec> specs{{s.name + ".weight_packed", DType::I32, {s.rows, wordsFor(s.columns, s.form.bits)}},
                                  {s.name + ".weight_scale", s.dtype, {s.rows, s.groups()}},
                                  {s.name + ".weight_shape", DType::I64, {2}}};
    if (s.zeroPoint)
        specs.push_back({s.name + ".weight_zero_point", DType::I32, {wordsFor(s.rows, s.form.bits), s.groups()}});
    return specs;
}

std::vector<NamedBytes> packCompressedLinear(const LinearShape& s, const QuantizedLinear& linear) {
    const std::vector<TensorSpec> specs = compressedSpecs(s);
    std::vector<NamedBytes> parts{
        {specs[0].name,
         ownedTensor(packRows(linear.codes, s.rows, s.columns, s.form.bits), DType::I32, specs[0].shape)},
        {specs[1].name, fromFloats(linear.scales, s.dtype, specs[1].shape)},
        {specs[2].name, ownedTensor(std::vector<std::int64_t>{s.rows, s.columns}, DType::I64, specs[2].shape)}};
    if (s.zeroPoint)
        parts.push_back({specs[3].name, ownedTensor(packColumns(linear.zeros, s.rows, s.groups(), s.form.bits),
                                                    DType::I32, specs[3].shape)});
    return parts;
}

// --- simulated ------------------------------------------------------------------------------------------------------

std::vector<TensorSpec> simulatedSpecs(const LinearShape& s) {
    return {{s.name + ".weight", s.dtype, {s.rows, s.columns}}};
}

std::vector<NamedBytes> packSimulatedLinear(const LinearShape& s, const QuantizedLinear& linear) {
    std::vector<float> weight = dequantized(linear.codes, linear.zeros, linear.scales, s.form.groupSize);
    if (!linear.columnScale.empty())
        for (std::size_t i = 0; i < weight.size(); ++i)
            weight[i] /= linear.columnScale[i % std::size_t(s.columns)];
    return {{s.name + ".weight", fromFloats(weight, s.dtype, {s.rows, s.columns})}};
}

} // namespace

const LinearLayout awqGemmLayout{awqGemmSpecs, packAwqGemmLinear};
const LinearLayout llmAwqLayout{llmAwqSpecs, packLlmAwqLinear};
const LinearLayout compressedTensorsLayout{compressedSpecs, packCompressedLinear};
const LinearLayout simulatedLayout{simulatedSpecs, packSimulatedLinear};

} // namespace awq::core

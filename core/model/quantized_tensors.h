// SPDX-License-Identifier: GPL-3.0-or-later
// The quantized linears of a checkpoint, whatever its format: integer codes, zero points and group scales of a linear
// by name.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/model/tensor_source.h"
#include "core/quant/packing.h"

namespace awq::core {

struct QuantizedWeight {
    std::int64_t rows = 0, columns = 0; // [out, in]
    int bits = 0;
    std::int64_t groupSize = 0;   // > 0, divides the columns
    Codes codes, zeros;           // [rows, columns], [rows, columns/groupSize]
    std::vector<float> scales;    // [rows, columns/groupSize]; w = (code - zero) * scale
    DType scaleType = DType::F16; // as stored

    std::vector<float> dense() const { return dequantized(codes, zeros, scales, groupSize); } // [rows, columns]
};

struct QuantizedLayout; // one checkpoint format; private

class QuantizedTensors {
public:
    // Recognises AutoAWQ gemm, gemv and gemv_fast, llm-awq v2 and compressed-tensors pack-quantized by config.json and
    // tensor names. Nothing for a float checkpoint. Throws Error(badInput) for other kinds of quantization.
    static std::optional<QuantizedTensors> detect(const TensorSource& source, const nlohmann::json& config);

    const std::string& format() const {
        return m_format;
    }                                   // "awq-gemm", "awq-gemv", "awq-gemv-fast", "llm-awq", "compressed-tensors"
    int bits() const { return m_bits; } // of the first linear
    std::int64_t groupSize() const { return m_groupSize; } // of the first linear
    std::string label() const;                             // "awq-gemm w4g64"

    const std::vector<std::string>& linears() const {
        return m_linears;
    } // names without ".weight", in checkpoint order
    bool contains(std::string_view linear) const;
    std::vector<std::string> tensorsOf(const std::string& linear) const; // for prefetch and release
    bool isPart(const std::string& tensor) const;                        // one of the tensors of a linear

    // Throws Error(badInput) naming the tensor that is missing or has the wrong type or shape.
    QuantizedWeight read(const std::string& linear) const;

private:
    QuantizedTensors(const TensorSource& source, const QuantizedLayout& layout, std::int64_t configGroupSize);

    TensorSource m_source;
    const QuantizedLayout* m_layout;
    std::int64_t m_configGroupSize; // -1: the whole row; 0: the config does not say
    std::string m_format;
    std::vector<std::string> m_linears;
    std::unordered_map<std::string, std::string> m_linearOfPart; // tensor -> linear
    int m_bits = 0;
    std::int64_t m_groupSize = 0;
};

} // namespace awq::core

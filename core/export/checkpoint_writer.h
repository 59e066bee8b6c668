// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a quantized model folder in any of the checkpoint formats. Tensors arrive one by one in any order, so memory
// holds one linear at a time, and the files do not depend on that order.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/export/checkpoint_facts.h"
#include "core/export/linear_layouts.h"
#include "core/export/tensor_sink.h"

namespace awq::core {

struct CheckpointFormat; // what distinguishes the formats, as data

// What a format does with the divisor of an activation's output.
enum class ActivationScales {
    none,     // it has no place for it
    stored,   // a tensor of its own
    absorbed, // taken out of the following weight again, whose values need not be those of a grid
};

class CheckpointWriter {
public:
    // The type of floats and group scales in a format ("awq-gemm": F16; others: the one given). Group scales given to
    // add() should be values of this type already, since codes and zero points were chosen for them. Throws
    // Error(usage) for an unknown format.
    static DType floatType(const std::string& format, DType dtype);
    // Bytes that stand for one quantized linear, without its bias; the shape must fit the format (see FormatRules).
    static std::uint64_t linearBytes(const std::string& format, const LinearShape& shape);
    static ActivationScales activationScales(const std::string& format);

    // Declares everything and reserves disk space in `folder`, which exists and is empty. Throws Error(badInput) naming
    // a linear that the format cannot hold, Error(noResources) when the disk is too small, Error(usage) for an unknown
    // format.
    CheckpointWriter(const std::string& format, const std::filesystem::path& folder, CheckpointFacts facts);
    ~CheckpointWriter();

    // A linear whose weight was declared as packed; its bias comes as a float tensor.
    void add(const QuantizedLinear& linear);
    // Any other declared tensor, under its name in the float checkpoint; floats are converted to the format's type.
    void addFloat(const std::string& name, const TensorBytes& tensor);
    // The divisor of an activation's output; without this call it is written as ones. Throws Error(badInput) when the
    // values are not ones and the format has no place for them.
    void addActivationScale(const std::string& name, std::span<const float> values);

    // Writes config.json, copies side files, syncs; returns what was written, for verification.
    Manifest finish();

private:
    void declare();
    void checkLinear(const LinearShape& shape) const;
    void writeConfig() const;

    const CheckpointFormat& m_format;
    std::filesystem::path m_folder;
    CheckpointFacts m_facts;
    DType m_dtype; // of floats and scales
    std::vector<TensorSpec> m_specs;
    std::unordered_map<std::string, LinearShape> m_linears;        // by name
    std::unordered_map<std::string, std::int64_t> m_pendingScales; // activation scales not given yet: name -> size
    std::unique_ptr<TensorSink> m_sink;
};

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// What a checkpoint writer is told before the first tensor: every tensor of the model, what is quantized, what stays
// float.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/export/manifest.h"

namespace awq::core {

struct PackedForm {
    int bits = 4;
    std::int64_t groupSize = 128; // effective: > 0, divides the columns
};

// A tensor under its name, type and shape in the float checkpoint.
struct ModelTensor {
    TensorSpec spec;
    std::optional<PackedForm> packed; // set: NAME.weight [rows, columns] of a quantized linear
};

struct ActivationScale {
    std::string name; // "transformer.h.0.mlp.gelu_impl.scales"
    std::int64_t size = 0;
};

struct CheckpointFacts {
    std::filesystem::path model;           // folder of the float model: config.json and side files come from here
    std::vector<ModelTensor> tensors;      // in checkpoint order, which decides the shards; without what `tied` repeats
    DType dtype = DType::F16;              // of floats and group scales, unless the format prescribes one
    std::int64_t groupSize = 128;          // as asked for; -1: the whole row
    bool zeroPoint = true;                 // false: symmetric, every zero point is 2^(bits-1)
    std::string head;                      // the output head's linear: "lm_head", "embed_out"
    std::vector<std::string> floatLinears; // other linears kept in float, full names
    std::vector<std::string> floatModules; // modules beside the decoder whose linears stay float: "vision_tower"
    std::vector<ActivationScale> activationScales; // where loaders expect the divisor of an activation's output
    std::vector<std::pair<std::string, std::string>>
        tied; // name -> the tensor it shares: lm_head.weight -> embed_tokens.weight
    std::uint64_t maxShardBytes = 5'000'000'000;
};

// The quantized weight of one linear. Views must live during the call that takes them.
struct QuantizedLinear {
    std::string name;                    // without ".weight"
    std::span<const std::uint8_t> codes; // [rows, columns], below 2^bits
    std::span<const std::uint8_t> zeros; // [rows, groups], likewise
    std::span<const float> scales;       // [rows, groups]; w = (code - zero) * scale
    // [columns], or empty. Not empty: the float weight is w / columnScale, for formats that absorb activation scales.
    std::span<const float> columnScale = {};
};

} // namespace awq::core

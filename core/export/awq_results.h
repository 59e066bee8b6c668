// SPDX-License-Identifier: GPL-3.0-or-later
// llm-awq's search result files (--dump_awq, --load_awq): channel scales and clip values of a whole model.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/dtype.h"

namespace awq::core {

struct AwqScaleEntry {
    std::string producer;               // full module names: "model.layers.0.input_layernorm"
    std::vector<std::string> consumers; // "model.layers.0.self_attn.q_proj", ...
    std::vector<float> values; // [in] consumers' columns are multiplied by these, the producer's outputs divided
};

struct AwqClipEntry {
    std::string linear;
    std::int64_t rows = 0, groups = 0;
    std::vector<float> values; // [rows, groups] weights are clamped to +- these, after scaling
};

// All scales apply before any clip.
struct AwqResults {
    std::vector<AwqScaleEntry> scales;
    std::vector<AwqClipEntry> clips;
};

// Throws Error(badInput) with the entry that is not of this form.
AwqResults readAwqResults(const std::filesystem::path& file);

// Tensors in `dtype`: llm-awq uses the model's own. The file appears whole, replacing an older one.
void writeAwqResults(const std::filesystem::path& file, const AwqResults& results, DType dtype);

} // namespace awq::core

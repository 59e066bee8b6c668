// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the family page of a config.json and reads the decoder it describes.
#pragma once

#include <string>

#include "core/model/families/family.h"
#include "core/model/tensor_source.h"

namespace awq::core {

struct ReadFamily {
    std::string name;         // page of the decoder: "qwen2"
    std::string container;    // page of the vision-language model around it: "internvl"; empty: none
    std::string architecture; // as config.json calls it
    Config config;            // of the decoder
    DecoderSpec spec;         // full tensor names
};

// Throws Error(badInput): unknown architecture (lists the known ones), a setting that is not supported, no embedding
// tensor.
ReadFamily readFamily(const Config& config, const TensorSource& tensors);

} // namespace awq::core

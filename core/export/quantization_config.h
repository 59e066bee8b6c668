// SPDX-License-Identifier: GPL-3.0-or-later
// The config.json of a written checkpoint: the model's own, with the element type and what loaders need to know about
// quantization.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/export/checkpoint_facts.h"

namespace awq::core {

// "quantization_config" as AutoAWQ writes it for version "gemm".
void describeAwqGemm(nlohmann::json& config, const CheckpointFacts& facts);

// "quantization_config" of compressed-tensors, with the keys that old and new readers accept: one config group per
// combination of bits and group size.
void describeCompressedTensors(nlohmann::json& config, const CheckpointFacts& facts);

// Sets torch_dtype (and "dtype" where the config has it), also in nested text and vision configs; removes any
// quantization_config.
void setElementType(nlohmann::json& config, DType dtype);

} // namespace awq::core

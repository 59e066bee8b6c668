// SPDX-License-Identifier: GPL-3.0-or-later
// Holds the tensors of a folder against those its decoder needs.
#pragma once

#include <optional>

#include "core/model/decoder_spec.h"
#include "core/model/quantized_tensors.h"
#include "core/model/tensor_source.h"

namespace awq::core {

// Throws Error(badInput) naming tensor, expected, found and file: a tensor is missing, has another shape, is no float
// tensor, or a block holds one that the decoder does not know. Packed linears stand for their weights.
void checkTensors(const DecoderSpec& spec, const TensorSource& tensors,
                  const std::optional<QuantizedTensors>& quantized);

// Whether the tensor is a buffer that old checkpoints carry and no program reads: rotary tables, causal masks.
bool isUnreadBuffer(const TensorInfo& tensor);

// The block a tensor belongs to and its name relative to it; nothing for others.
struct BlockTensor {
    int block = 0;
    std::string_view relative;
};
std::optional<BlockTensor> blockTensorOf(const DecoderSpec& spec, std::string_view name);

} // namespace awq::core

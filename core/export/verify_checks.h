// SPDX-License-Identifier: GPL-3.0-or-later
// The checks that make up the verification of a checkpoint folder. Private to verification.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/export/verify.h"
#include "core/model/quantized_tensors.h"
#include "core/model/tensor_source.h"

namespace awq::core {

// What of a checkpoint is compared: its tensors, and its packed linears if it has any.
struct OpenedCheckpoint {
    TensorSource source;
    std::optional<QuantizedTensors> quantized;

    // NAME.weight for the codes of a packed linear, nothing for its other tensors, the name itself otherwise.
    std::optional<std::string> floatName(const std::string& tensor) const;
};

// Names of tensors that stand for a packed linear whose codes are missing, or packed and float at once.
std::vector<Mismatch> checkLinearParts(const OpenedCheckpoint& checkpoint);

// Blocks that lack tensors which a block of the same kind has; fewer or more blocks than config.json says.
std::vector<Mismatch> checkBlocks(const OpenedCheckpoint& checkpoint, const nlohmann::json& config);

// Nothing: the values are sound. Otherwise why not.
std::string checkScales(const QuantizedWeight& weight);
std::string checkFloats(const TensorBytes& tensor);

// Tensors of `reference` that are missing or have another shape, and tensors it does not have.
std::vector<Mismatch> checkNames(const OpenedCheckpoint& checkpoint, const TensorSource& reference);

// A matrix against the float one, [rows, columns] both; `steps` are the quantization steps [rows, groups], empty for a
// float matrix. Nothing when they agree up to a factor per row and column and the step, otherwise how far they are
// apart.
std::string compareMatrices(std::span<const float> values, std::span<const float> reference, std::int64_t rows,
                            std::int64_t columns, std::span<const float> steps);

} // namespace awq::core

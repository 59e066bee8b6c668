// SPDX-License-Identifier: GPL-3.0-or-later
// The finished block on disk: integer codes, zero points, group scales, and its float tensors after folding. What a
// resumed run reads instead of searching again, and what the output is assembled from.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/export/checkpoint_facts.h"
#include "core/model/tensor_info.h"
#include "core/run/block_quantizer_torch.h"

namespace awq::core {

// "LINEAR.codes" and "LINEAR.zeros" U8, "LINEAR.scales.groups" F32, "LINEAR.scales.columns" F32 where a scale is absorbed; other tensors under their own names. The file appears
// whole.
void writeSnapshot(const std::filesystem::path& file, const QuantizedBlock& block);

// The linears alone, by relative name, on the CPU.
std::map<std::string, QuantizedGroups> readSnapshotLinears(const std::filesystem::path& file);

// Calls back for every linear (name relative to the block) and every other tensor, one at a time, as views of the
// mapped file.
void readSnapshot(const std::filesystem::path& file, const std::function<void(const QuantizedLinear&)>& onLinear,
                  const std::function<void(const std::string& name, const TensorBytes&)>& onFloat);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Device, compute dtype and threads of a run, from the names users give.
#pragma once

#include <string>

#include "core/model/decoder/block_weights_torch.h"

namespace awq::core {

// "auto" dtype: float32 on the CPU, the checkpoint's on a GPU. Sets the number of compute threads (0: all cores) and
// switches reduced-precision matrix products off. Throws as resolveDevice(), and Error(usage) for an unknown dtype.
ComputePlace choosePlace(const std::string& device, const std::string& dtype, int threads, DType checkpoint);

std::string deviceName(const ComputePlace& place); // "cpu", "cuda:0"

// Sequences per batch so that one forward pass handles about this many tokens.
std::int64_t sequencesPerBatch(const ComputePlace& place, std::int64_t sequenceLength);

} // namespace awq::core

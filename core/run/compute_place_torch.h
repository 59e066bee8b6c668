// SPDX-License-Identifier: GPL-3.0-or-later
// Device and compute dtype of a run, from the names users give.
#pragma once

#include <string>

#include "core/model/decoder/block_weights_torch.h"

namespace awq::core {

// "auto" dtype: float32 on the CPU, the checkpoint's on a GPU. Switches reduced-precision matrix
// products off. Throws as resolveDevice(), and Error(usage) for an unknown dtype.
ComputePlace choosePlace(const std::string& device, const std::string& dtype, DType checkpoint);

std::string deviceName(const ComputePlace& place); // "cpu", "cuda:0"

} // namespace awq::core

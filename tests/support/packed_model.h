// SPDX-License-Identifier: GPL-3.0-or-later
// A quantized folder made from a float one by rounding to nearest.
#pragma once

#include <filesystem>
#include <vector>

#include "tests/support/tensor_file.h"

namespace awq::test {

// Writes the model with its linears ("..._proj") as awq-gemm, 4 bits, groups of 64. Returns all tensors as a reader
// must see them: the linears after their round trip, float32.
std::vector<StoredTensor> writePackedModel(const std::filesystem::path& folder, const std::filesystem::path& model);

} // namespace awq::test

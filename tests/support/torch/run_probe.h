// SPDX-License-Identifier: GPL-3.0-or-later
// What a quantization run found, seen from tests: computed from the run folder, not from the folder it wrote.
#pragma once

#include <filesystem>

#include "tests/support/torch/decoder_probe.h"

namespace awq::test {

// Perplexity (float32, CPU) of the float model after the run's channel scales, clips and rounding: what the search
// simulated. scaleType: that of the group scales in the written folder.
double simulatedPerplexity(const std::filesystem::path& model, const std::filesystem::path& runFolder,
                           core::DType scaleType, const TokenIds& ids);

// The first windows of `ids`, cut to `length` tokens.
TokenIds firstWindows(const TokenIds& ids, std::int64_t windows, std::int64_t length);

} // namespace awq::test

// SPDX-License-Identifier: GPL-3.0-or-later
// The generator seen from tests.
#pragma once

#include <filesystem>
#include <vector>

#include "tests/support/torch/decoder_probe.h"

namespace awq::test {

// Feeds `prompt` tokens at once and the rest one by one; the logits after each step, [steps, sequences, vocabulary], float32 on the CPU.
std::vector<float> cachedLogits(const std::filesystem::path& model, const TokenIds& ids, std::int64_t prompt);

} // namespace awq::test

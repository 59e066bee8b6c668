// SPDX-License-Identifier: GPL-3.0-or-later
// The generator seen from tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/torch/decoder_probe.h"

namespace awq::test {

// Feeds `prompt` tokens at once and the rest one by one; the logits after each step, [steps, sequences, vocabulary],
// float32 on the CPU.
std::vector<float> cachedLogits(const std::filesystem::path& model, const TokenIds& ids, std::int64_t prompt);

struct PackedComparison {
    std::int64_t steps = 0;
    std::int64_t ties = 0;                        // steps where another token was likeliest, by less than the tolerance
    std::int64_t others = 0;                      // steps where another token was likelier by more
    double largestDifference = 0;                 // of the logits
    std::int64_t packedBytes = 0, floatBytes = 0; // of blocks and head in memory
};

// Greedy continuation of the prompt (one sequence) by a quantized folder in float32: packed linears against what their
// codes stand for, both fed the tokens of the latter. tolerance: of logits. On a device other than the CPU the packed
// ones compute in float16 there.
PackedComparison comparePacked(const std::filesystem::path& model, const std::vector<std::int64_t>& prompt,
                               std::int64_t steps, double tolerance, const std::string& device = "cpu");

// Whether single tokens of the model are replayed recordings there.
bool recordsTokens(const std::filesystem::path& model, const std::string& device);

} // namespace awq::test

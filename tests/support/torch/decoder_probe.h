// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder seen from tests: token ids in, logits, perplexities and differences out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/dtype.h"

namespace awq::test {

// ids [sequences, length], row-major.
struct TokenIds {
    std::int64_t sequences = 0, length = 0;
    std::vector<std::int64_t> ids;
};

// The int32 or int64 tensor `name` of a safetensors file.
TokenIds readIds(const std::filesystem::path& file, const std::string& name);

// [sequences, length, vocabulary], computed in `dtype`. frequencyType: the rotary frequencies pass through it first, as
// they do in a model that was cast to it as a whole before it ran in float32.
std::vector<float> computeLogits(const std::filesystem::path& model, const TokenIds& ids,
                                 core::DType dtype = core::DType::F32, core::DType frequencyType = core::DType::F32);

// exp of the mean negative log-likelihood of every token after the first of each sequence, float32.
double computePerplexity(const std::filesystem::path& model, const TokenIds& ids);

} // namespace awq::test

// SPDX-License-Identifier: GPL-3.0-or-later
// A complete model folder made on the spot: a random Llama of a few hundred kilobytes with a byte-level tokenizer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/dtype.h"
#include "tests/support/tensor_file.h"

namespace awq::test {

struct TinyModelOptions {
    int blocks = 2;
    int hidden = 128, intermediate = 256;
    int heads = 2, keyValueHeads = 2; // head dimension: hidden / heads
    int vocabulary = 272;             // at least tinyVocabulary tokens exist; the rest has no text
    core::DType dtype = core::DType::F16;
    int shards = 1; // > 1: with an index file
    bool tiedEmbeddings = false;
    unsigned seed = 1;
};

// 256 bytes, some merged pairs, "<s>" and "</s>".
inline constexpr int tinyVocabulary = 264;
inline constexpr int tinyBosId = 262; // the tokenizer puts it before a text

// config.json, tokenizer.json, tokenizer_config.json and the weights. A few input channels carry outliers, so that AWQ
// has something to find. The same options give the same bytes. Returns folder.
std::filesystem::path writeTinyModel(const std::filesystem::path& folder, const TinyModelOptions& options = {});

// The tensors alone, for tests that damage one before writing.
std::vector<StoredTensor> tinyModelTensors(const TinyModelOptions& options);
void writeTinyConfig(const std::filesystem::path& folder, const TinyModelOptions& options);
void writeTinyTokenizer(const std::filesystem::path& folder);

// English-looking sentences, about this many bytes; the tokenizer makes about 0.8 tokens of each.
std::string tinyText(std::size_t bytes, unsigned seed = 1);

} // namespace awq::test

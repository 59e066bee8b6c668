// SPDX-License-Identifier: GPL-3.0-or-later
// Reads tokenizer.json, and the older pair vocab.json and merges.txt.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/text/tokenizer.h"
#include "core/text/tokenizer_config.h"

namespace awq::core {

// The type of the model in a tokenizer.json: "BPE", "Unigram", ... ("BPE" when a file with merges does not say).
std::string modelTypeOf(const nlohmann::json& tokenizer, const std::string& where);

// Throws Error(badInput) naming file and place; models other than BPE are refused by name.
std::unique_ptr<const Tokenizer> tokenizerFromJson(const nlohmann::json& tokenizer, const std::filesystem::path& file,
                                                   const TokenizerConfig& config);

// Byte-level BPE whose rules follow from the tokenizer class: Qwen2's normalizes to NFC and splits its own way, the
// others are GPT-2's. merges.txt has one merge a line, "#version" lines are remarks.
std::unique_ptr<const Tokenizer> tokenizerFromVocabAndMerges(const std::filesystem::path& folder,
                                                             const TokenizerConfig& config);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Wraps a text as a user's turn in the chat format of a model, so that calibration and prompts look like its training
// data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/tokenizer.h"

namespace awq::core {

// "auto" and the known formats: "chatml", "llama-2", "llama-3", "mistral", "vicuna".
std::vector<std::string> chatFormats();

// The format a chat template is written in, by its markers; empty when it is none of the known ones.
std::string detectChatFormat(const std::string& chatTemplate);

// The ids of one user turn and the opening of the assistant's, with the special tokens of the format and no others.
// "auto": by the tokenizer's chat template. `replaced` as in Tokenizer::encode. Throws Error(badInput) when the model
// has no template of a known format, Error(usage) for an unknown name.
std::vector<std::int32_t> encodeChat(const std::string& format, const Tokenizer& tokenizer, std::string_view userText,
                                     std::int64_t* replaced = nullptr);

} // namespace awq::core

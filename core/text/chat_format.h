// SPDX-License-Identifier: GPL-3.0-or-later
// Wraps a text as a user's turn in the chat format of a model, so that calibration and prompts look like its training data.
#pragma once

#include <string>
#include <vector>

#include "core/text/tokenizer.h"

namespace awq::core {

// "auto" and the known formats: "chatml", "llama-2", "llama-3", "mistral", "vicuna".
std::vector<std::string> chatFormats();

// The format a chat template is written in, by its markers; empty when it is none of the known ones.
std::string detectChatFormat(const std::string& chatTemplate);

// One user turn and the opening of the assistant's; special tokens are in the text, so encode it without adding any. "auto": by the
// tokenizer's chat template. Throws Error(badInput) when the model has none that is known, Error(usage) for an unknown name.
std::string formatChat(const std::string& format, const Tokenizer& tokenizer, const std::string& userText);

} // namespace awq::core

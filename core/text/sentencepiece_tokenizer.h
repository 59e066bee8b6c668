// SPDX-License-Identifier: GPL-3.0-or-later
// Tokenizers stored as a SentencePiece model (tokenizer.model), with the rules LLaMA's tokenizer puts around it.
#pragma once

#include <filesystem>
#include <memory>

#include "core/text/tokenizer.h"
#include "core/text/tokenizer_config.h"

namespace awq::core {

// Declared and listed added tokens are cut out of the text first; a control piece that tokenizer_config.json merely
// names is never found in a text, as SentencePiece has it. Then, by the configuration's "legacy":
//   true (also when absent): every stretch of text is encoded on its own, with the model's own prefix space;
//   false: one prefix space for the whole text, none after added tokens.
// Throws Error(badInput) when the file is not a SentencePiece model.
std::unique_ptr<const Tokenizer> tokenizerFromSentencePiece(const std::filesystem::path& file,
                                                            const TokenizerConfig& config);

} // namespace awq::core

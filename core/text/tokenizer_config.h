// SPDX-License-Identifier: GPL-3.0-or-later
// What stands around the vocabulary of a tokenizer: tokenizer_config.json, special_tokens_map.json, added_tokens.json
// and chat_template.jinja of a model folder, as one value.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/text/added_tokens.h"

namespace awq::core {

struct TokenizerConfig {
    std::string tokenizerClass; // without the ending "Fast"; empty when not given
    std::optional<bool> legacy, addBos, addEos, addPrefixSpace;
    std::optional<AddedToken> bos, eos, unknown;
    // Tokens with all their flags and ids, by id: "added_tokens_decoder". They overrule tokenizer.json's.
    std::vector<AddedToken> declared;
    // Further tokens the files list: added_tokens.json, and special tokens given as objects. An id of -1: the
    // vocabulary's.
    std::vector<AddedToken> listed;
    // Special tokens named by their text alone.
    std::vector<AddedToken> named;
    std::string chatTemplate; // the default one of several

    // LLaMA's tokenizers put the first token of a text themselves, whatever tokenizer.json says.
    bool isLlama() const { return tokenizerClass == "LlamaTokenizer" || tokenizerClass == "CodeLlamaTokenizer"; }
};

// Files that are absent leave their fields empty. Throws Error(badInput) naming file and key.
TokenizerConfig readTokenizerConfig(const std::filesystem::path& folder);

} // namespace awq::core

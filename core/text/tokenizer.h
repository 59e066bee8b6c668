// SPDX-License-Identifier: GPL-3.0-or-later
// Text to token ids and back, as the tokenizer files of a model folder define it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/post_processors.h"

namespace awq::core {

struct TokenizerInfo {
    std::string kind;                // "BPE", "SentencePiece"
    std::filesystem::path file;      // that was read
    std::int32_t vocabSize = 0;      // largest id + 1, added tokens included
    std::int32_t modelVocabSize = 0; // the same without added tokens
    std::size_t addedTokens = 0;
    std::optional<std::int32_t> bosId, eosId; // as the folder's tokenizer_config.json names them
    std::string bosToken, eosToken;           // their text, for chat formats; empty when there is none
    std::string chatTemplate;                 // Jinja source; empty when the model has none
    std::vector<std::string> warnings;        // oddities of the files that do not prevent their use
};

// All members may be called from several threads.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    // Ids of the text; `special` puts the tokenizer's special tokens around them. Bytes that are not UTF-8 count as
    // U+FFFD; `replaced`, when given, grows by their number.
    std::vector<std::int32_t> encode(std::string_view text, bool special = true,
                                     std::int64_t* replaced = nullptr) const;

    // The text of the ids, valid UTF-8. Ids without a token are left out; so are special tokens on request.
    virtual std::string decode(std::span<const std::int32_t> ids, bool skipSpecial = false) const = 0;

    // The token as the vocabulary spells it (byte-level tokens in their alphabet); nothing for an id without a token.
    virtual std::optional<std::string> tokenText(std::int32_t id) const = 0;
    virtual std::optional<std::int32_t> tokenId(std::string_view token) const = 0;

    const TokenizerInfo& info() const { return m_info; }
    const SpecialFrame& frame() const { return m_frame; }
    std::int32_t vocabSize() const { return m_info.vocabSize; }
    std::string description() const; // "BPE, 151643 tokens and 26 added, from tokenizer.json"

protected:
    Tokenizer() = default;
    virtual void encodeText(std::string_view text, std::vector<std::int32_t>& ids) const = 0; // valid UTF-8

    TokenizerInfo m_info;
    SpecialFrame m_frame;
};

// Text as its tokens come. Bytes of an unfinished character wait for the tokens that complete it.
class StreamDecoder {
public:
    explicit StreamDecoder(const Tokenizer& tokenizer, bool skipSpecial = true)
        : m_tokenizer(tokenizer), m_skipSpecial(skipSpecial) {}

    std::string push(std::int32_t id); // the text this token completes
    std::string finish();              // what still waited

private:
    std::string newText(bool finished);

    const Tokenizer& m_tokenizer;
    bool m_skipSpecial;
    std::vector<std::int32_t> m_ids; // those already printed that give the new ones their context, then the new ones
    std::size_t m_printed = 0;       // of m_ids
    std::string m_printedText;       // of those alone
};

// Reads the tokenizer of a model folder: tokenizer.json (BPE), else tokenizer.model (SentencePiece), else vocab.json
// with merges.txt; the rules around them come from tokenizer_config.json. Throws Error(badInput) naming file and place.
std::unique_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& folder);

// Throws Error(badInput) when the tokenizer's own vocabulary, or a special token it puts around texts, has ids that a
// model with this many embedding rows cannot look up. Added tokens may lie beyond: they matter when a text has them.
void checkFits(const Tokenizer& tokenizer, std::int64_t vocabSize);

// Throws Error(badInput) naming the first id outside [0, vocabSize).
void checkIds(std::span<const std::int32_t> ids, std::int64_t vocabSize, const std::string& where);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// SentencePiece models word by word: ordinary text repeats its words, so most of them are encoded once. The library on
// its own spends its time on long texts, where every merge touches memory far away.
#pragma once

#include <cstdint>
#include <memory>
#include <sentencepiece_processor.h>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/workspace_pool.h"

namespace awq::core {

// The normalizer_spec of a serialized model (sentencepiece_model.proto, field 3); absent fields have these values.
struct SentencePieceNormalizer {
    bool hasRules = false; // precompiled_charsmap
    bool addDummyPrefix = true, removeExtraWhitespaces = true, escapeWhitespaces = true;
};
// Stops at what is no protobuf message.
SentencePieceNormalizer readNormalizer(std::string_view model);

class SentencePieceWords {
public:
    // Appended to a serialized model, sets normalizer_spec.add_dummy_prefix to false (a protobuf message merge).
    static constexpr std::string_view noPrefixSpace{"\x1A\x02\x18\x00", 4};

    // `bytes`: a serialized model that `model` has loaded.
    SentencePieceWords(const sentencepiece::SentencePieceProcessor& model, const std::string& bytes);

    // Appends the ids of a text, the same as model.Encode gives.
    void encode(std::string_view text, std::vector<std::int32_t>& ids) const;
    // Appends the ids of a text without the model's prefix space, as if a word stood before it.
    void encodeInner(std::string_view text, std::vector<std::int32_t>& ids) const;
    // Where the first word ends: before the first space that follows something else; the whole text when the model does
    // not allow cutting.
    std::size_t firstWord(std::string_view text) const;

private:
    using KnownWords = std::unordered_map<std::string, std::vector<std::int32_t>>;

    void encodeWord(std::string_view word, KnownWords& known, std::vector<std::int32_t>& ids) const;

    const sentencepiece::SentencePieceProcessor& m_model;
    sentencepiece::SentencePieceProcessor m_inner; // without prefix space; loaded when m_cuts
    bool m_cuts = false;                           // no piece goes over the beginning of a word
    mutable WorkspacePool<KnownWords> m_known;
};

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Decides whether a model may be used word by word, and does so.
#include "core/text/sentencepiece_words.h"

#include <optional>

namespace awq::core {
namespace {

constexpr std::string_view spaceMarker = "\u2581";
constexpr std::size_t longestKnownWord = 64; // bytes
constexpr std::size_t mostKnownWords = 1 << 16;

// One field of a protobuf message: a number, or bytes.
struct Field {
    std::uint64_t tag = 0, number = 0;
    std::string_view bytes;
};

class Message {
public:
    explicit Message(std::string_view bytes) : m_rest(bytes) {}

    // Nothing at the end, and at anything malformed.
    std::optional<Field> next() {
        constexpr std::uint64_t varint = 0, fixed64 = 1, lengthDelimited = 2, fixed32 = 5;
        const std::optional<std::uint64_t> key = readVarint();
        if (!key)
            return std::nullopt;
        Field field{*key >> 3, 0, {}};
        const std::uint64_t type = *key & 7;
        std::optional<std::uint64_t> size;
        if (type == fixed64 || type == fixed32)
            size = type == fixed64 ? 8 : 4;
        else if (type == varint || type == lengthDelimited)
            size = readVarint();
        if (!size)
            return std::nullopt;
        if (type == varint) {
            field.number = *size;
            return field;
        }
        if (*size > m_rest.size())
            return std::nullopt;
        field.bytes = m_rest.substr(0, std::size_t(*size));
        m_rest.remove_prefix(std::size_t(*size));
        return field;
    }

private:
    std::optional<std::uint64_t> readVarint() {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < m_rest.size() && i < 10; ++i) {
            const auto byte = static_cast<unsigned char>(m_rest[i]);
            value |= std::uint64_t(byte & 0x7F) << (7 * i);
            if (byte < 0x80) {
                m_rest.remove_prefix(i + 1);
                return value;
            }
        }
        return std::nullopt;
    }

    std::string_view m_rest;
};

void mergeNormalizer(std::string_view spec, SentencePieceNormalizer& normalizer) {
    Message message(spec);
    while (const std::optional<Field> field = message.next()) {
        if (field->tag == 2)
            normalizer.hasRules = !field->bytes.empty();
        else if (field->tag == 3)
            normalizer.addDummyPrefix = field->number != 0;
        else if (field->tag == 4)
            normalizer.removeExtraWhitespaces = field->number != 0;
        else if (field->tag == 5)
            normalizer.escapeWhitespaces = field->number != 0;
    }
}

// Whether a piece has a space behind something else, so that it could go over the beginning of a word.
bool crossesWords(std::string_view piece) {
    for (std::size_t at = piece.find(spaceMarker); at != std::string_view::npos;
         at = piece.find(spaceMarker, at + spaceMarker.size()))
        if (at > 0 && !piece.substr(0, at).ends_with(spaceMarker))
            return true;
    return piece.find(' ') != std::string_view::npos;
}

bool cutsBetweenWords(const sentencepiece::SentencePieceProcessor& model, const std::string& bytes) {
    const SentencePieceNormalizer normalizer = readNormalizer(bytes);
    if (normalizer.hasRules || normalizer.removeExtraWhitespaces || !normalizer.escapeWhitespaces)
        return false;
    // An unknown space would be one unknown token with the unknown characters before it.
    if (model.IsUnknown(model.PieceToId(spaceMarker)))
        return false;
    for (int id = 0; id < model.GetPieceSize(); ++id)
        if (crossesWords(model.IdToPiece(id)))
            return false;
    return true;
}

} // namespace

SentencePieceNormalizer readNormalizer(std::string_view model) {
    constexpr std::uint64_t normalizerSpec = 3;
    SentencePieceNormalizer normalizer;
    Message message(model);
    while (const std::optional<Field> field = message.next())
        if (field->tag == normalizerSpec)
            mergeNormalizer(field->bytes, normalizer);
    return normalizer;
}

SentencePieceWords::SentencePieceWords(const sentencepiece::SentencePieceProcessor& model, const std::string& bytes)
    : m_model(model), m_cuts(cutsBetweenWords(model, bytes) &&
                             m_inner.LoadFromSerializedProto(bytes + std::string(noPrefixSpace)).ok()) {}

std::size_t SentencePieceWords::firstWord(std::string_view text) const {
    if (!m_cuts)
        return text.size();
    for (std::size_t at = text.find(' ', 1); at != std::string_view::npos; at = text.find(' ', at + 1))
        if (text[at - 1] != ' ' && !text.substr(0, at).ends_with(spaceMarker))
            return at;
    return text.size();
}

void SentencePieceWords::encodeWord(std::string_view word, KnownWords& known, std::vector<std::int32_t>& ids) const {
    if (word.size() > longestKnownWord) {
        const std::vector<int> pieces = m_inner.EncodeAsIds(word);
        ids.insert(ids.end(), pieces.begin(), pieces.end());
        return;
    }
    auto found = known.find(std::string(word));
    if (found == known.end()) {
        if (known.size() >= mostKnownWords)
            known.clear();
        found = known.emplace(std::string(word), m_inner.EncodeAsIds(word)).first;
    }
    ids.insert(ids.end(), found->second.begin(), found->second.end());
}

void SentencePieceWords::encodeInner(std::string_view text, std::vector<std::int32_t>& ids) const {
    WorkspacePool<KnownWords>::Lease known(m_known);
    while (!text.empty()) {
        const std::size_t end = firstWord(text);
        encodeWord(text.substr(0, end), *known, ids);
        text.remove_prefix(end);
    }
}

void SentencePieceWords::encode(std::string_view text, std::vector<std::int32_t>& ids) const {
    const std::size_t end = firstWord(text);
    const std::vector<int> pieces = m_model.EncodeAsIds(text.substr(0, end));
    ids.insert(ids.end(), pieces.begin(), pieces.end());
    encodeInner(text.substr(end), ids);
}

} // namespace awq::core

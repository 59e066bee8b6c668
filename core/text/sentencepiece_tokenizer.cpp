// SPDX-License-Identifier: GPL-3.0-or-later
// Wraps a SentencePieceProcessor.
#include "core/text/sentencepiece_tokenizer.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sentencepiece_processor.h>
#include <unordered_map>

#include "core/error.h"
#include "core/text/decoders.h"
#include "core/text/pattern.h"
#include "core/text/sentencepiece_words.h"

namespace awq::core {
namespace {

constexpr const char* spaceMarker = "\u2581";

std::string readModel(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        badInput("cannot read the file", file.string(), "check that it exists and that you may read it");
    return {std::istreambuf_iterator<char>(stream), {}};
}

class SentencePieceTokenizer : public Tokenizer {
public:
    SentencePieceTokenizer(const std::filesystem::path& file, const TokenizerConfig& config)
        : m_legacy(config.legacy.value_or(true)), m_prefixSpace(config.addPrefixSpace.value_or(true)),
          m_decoder(makeSentencePieceDecoder()) {
        load(file);
        addTokens(config);
        fillInfo(file, config);
    }

    std::string decode(std::span<const std::int32_t> ids, bool skipSpecial) const override;
    std::optional<std::string> tokenText(std::int32_t id) const override;
    std::optional<std::int32_t> tokenId(std::string_view token) const override;

protected:
    void encodeText(std::string_view text, std::vector<std::int32_t>& ids) const override;

private:
    void load(const std::filesystem::path& file);
    void addTokens(const TokenizerConfig& config);
    void fillInfo(const std::filesystem::path& file, const TokenizerConfig& config);
    void encodeStretch(std::string_view stretch, std::vector<std::int32_t>& ids) const;
    bool isPiece(std::int32_t id) const { return id >= 0 && id < m_model.GetPieceSize(); }
    bool isSpecial(std::int32_t id) const;

    sentencepiece::SentencePieceProcessor m_model;
    std::unique_ptr<const SentencePieceWords> m_words;
    bool m_legacy, m_prefixSpace;
    Decoder m_decoder;
    std::vector<AddedToken> m_added;
    std::unordered_map<std::int32_t, std::size_t> m_addedById; // index into m_added
    std::unique_ptr<const AddedTokenMatcher> m_matcher;
    std::string m_unknownText;       // put before a stretch that starts with a space, so that the space survives
    std::size_t m_unknownLength = 0; // in pieces
};

void SentencePieceTokenizer::load(const std::filesystem::path& file) {
    std::string bytes = readModel(file);
    if (!m_legacy)
        bytes += SentencePieceWords::noPrefixSpace;
    const auto status = m_model.LoadFromSerializedProto(bytes);
    if (!status.ok() || m_model.GetPieceSize() == 0)
        badInput("this is not a SentencePiece model: " + status.ToString(), file.string(),
                 "fetch the file again, or a tokenizer.json in its place");
    m_words = std::make_unique<const SentencePieceWords>(m_model, bytes);
}

void SentencePieceTokenizer::addTokens(const TokenizerConfig& config) {
    for (const auto* list : {&config.declared, &config.listed}) {
        for (AddedToken token : *list) {
            const auto known = tokenId(token.content);
            if (token.id < 0 && known)
                token.id = *known;
            if (token.id >= 0 && !token.content.empty())
                m_added.push_back(std::move(token));
            else
                m_info.warnings.push_back("the special token '" + token.content +
                                          "' has no id and is taken as plain text");
        }
    }
    for (std::size_t i = 0; i < m_added.size(); ++i)
        m_addedById[m_added[i].id] = i;
    m_matcher =
        std::make_unique<const AddedTokenMatcher>(m_added, [](const AddedToken& token) { return token.content; });
}

void SentencePieceTokenizer::fillInfo(const std::filesystem::path& file, const TokenizerConfig& config) {
    m_info.kind = "SentencePiece";
    m_info.file = file;
    m_info.modelVocabSize = m_model.GetPieceSize();
    m_info.vocabSize = m_info.modelVocabSize;
    for (const AddedToken& token : m_added)
        m_info.vocabSize = std::max(m_info.vocabSize, token.id + 1);
    m_info.addedTokens = m_added.size();
    m_info.bosToken = config.bos             ? config.bos->content
                      : m_model.bos_id() < 0 ? ""
                                             : m_model.IdToPiece(m_model.bos_id());
    m_info.eosToken = config.eos             ? config.eos->content
                      : m_model.eos_id() < 0 ? ""
                                             : m_model.IdToPiece(m_model.eos_id());
    m_info.bosId = tokenId(m_info.bosToken);
    m_info.eosId = tokenId(m_info.eosToken);
    m_info.chatTemplate = config.chatTemplate;
    if (config.addBos.value_or(true) && m_info.bosId)
        m_frame.before.push_back(*m_info.bosId);
    if (config.addEos.value_or(false) && m_info.eosId)
        m_frame.after.push_back(*m_info.eosId);
    m_unknownText = config.unknown ? config.unknown->content : "<unk>";
    m_unknownLength = m_model.EncodeAsIds(m_unknownText).size();
}

void SentencePieceTokenizer::encodeStretch(std::string_view stretch, std::vector<std::int32_t>& ids) const {
    const bool startsWithSpace = stretch.starts_with(' ') || stretch.starts_with(spaceMarker);
    if (m_legacy || !startsWithSpace) {
        m_words->encode(stretch, ids);
        return;
    }
    const std::size_t end = m_words->firstWord(stretch);
    const std::vector<int> pieces = m_model.EncodeAsIds(m_unknownText + std::string(stretch.substr(0, end)));
    ids.insert(ids.end(), pieces.begin() + std::ptrdiff_t(std::min(m_unknownLength, pieces.size())), pieces.end());
    m_words->encodeInner(stretch.substr(end), ids);
}

void SentencePieceTokenizer::encodeText(std::string_view text, std::vector<std::int32_t>& ids) const {
    PieceList list{std::string(text), {}};
    if (!m_legacy && !text.empty())
        list.text = (m_prefixSpace ? spaceMarker : "") + Pattern(std::string(spaceMarker)).replaceIn(text, " ");
    list.pieces.push_back({0, list.text.size(), -1, true});
    m_matcher->cut(list);
    // The prefix space of a text that starts with a special token belongs to nothing.
    if (!m_legacy && list.pieces.size() > 1 && list.view(list.pieces[0]) == spaceMarker && !list.pieces[1].isText())
        list.pieces.erase(list.pieces.begin());
    for (const Piece& piece : list.pieces) {
        if (piece.isText())
            encodeStretch(list.view(piece), ids);
        else
            ids.push_back(piece.id);
    }
}

bool SentencePieceTokenizer::isSpecial(std::int32_t id) const {
    const auto added = m_addedById.find(id);
    return added != m_addedById.end() ? m_added[added->second].special : isPiece(id) && m_model.IsControl(id);
}

std::string SentencePieceTokenizer::decode(std::span<const std::int32_t> ids, bool skipSpecial) const {
    TokenTexts tokens;
    tokens.reserve(ids.size());
    for (const std::int32_t id : ids)
        if (!(skipSpecial && isSpecial(id)))
            if (auto text = tokenText(id))
                tokens.push_back({std::move(*text), m_addedById.contains(id)});
    return joined(m_decoder(std::move(tokens)));
}

std::optional<std::string> SentencePieceTokenizer::tokenText(std::int32_t id) const {
    if (const auto added = m_addedById.find(id); added != m_addedById.end())
        return m_added[added->second].content;
    return isPiece(id) ? std::optional(m_model.IdToPiece(id)) : std::nullopt;
}

std::optional<std::int32_t> SentencePieceTokenizer::tokenId(std::string_view token) const {
    for (const AddedToken& added : m_added)
        if (added.content == token)
            return added.id;
    const int id = m_model.PieceToId({token.data(), token.size()});
    const bool found = isPiece(id) && m_model.IdToPiece(id) == token; // the unknown piece stands for all others
    return found ? std::optional<std::int32_t>(id) : std::nullopt;
}

} // namespace

std::unique_ptr<const Tokenizer> tokenizerFromSentencePiece(const std::filesystem::path& file,
                                                            const TokenizerConfig& config) {
    return std::make_unique<const SentencePieceTokenizer>(file, config);
}

} // namespace awq::core

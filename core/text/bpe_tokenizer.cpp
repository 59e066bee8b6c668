// SPDX-License-Identifier: GPL-3.0-or-later
// The pipeline of a tokenizer.json, in the order its format prescribes.
#include "core/text/bpe_tokenizer.h"

#include <algorithm>

namespace awq::core {

BpeTokenizer::BpeTokenizer(BpeTokenizerParts parts, const TokenizerConfig& config, const std::filesystem::path& file)
    : m_model(std::move(parts.model)), m_normalizer(std::move(parts.normalizer)),
      m_preTokenizer(std::move(parts.preTokenizer)), m_decoder(std::move(parts.decoder)) {
    addTokens(parts.addedTokens, config);
    buildMatchers();
    fillInfo(config, file);
    chooseFrame(parts, config);
}

void BpeTokenizer::addTokens(const std::vector<AddedToken>& own, const TokenizerConfig& config) {
    m_nextId = std::int32_t(m_model.vocabulary().size());
    for (const AddedToken& token : own)
        addOwn(token);
    for (const AddedToken& token : config.declared)
        addFromConfig(token, true);
    for (const auto* list : {&config.listed, &config.named})
        for (const AddedToken& token : *list)
            addFromConfig(token, false);
    for (std::size_t i = 0; i < m_added.size(); ++i)
        m_addedById[m_added[i].id] = i;
}

void BpeTokenizer::append(AddedToken token) {
    m_addedByContent[token.content] = m_added.size();
    m_added.push_back(std::move(token));
}

// The reference implementation gives an added token the id the model has for its content, or the next free one; the
// id in the file is a remark.
void BpeTokenizer::addOwn(AddedToken token) {
    if (token.content.empty() || m_addedByContent.contains(token.content))
        return;
    const std::int32_t stated = token.id;
    const auto known = m_model.vocabulary().find(token.content);
    token.id = known ? *known : m_nextId;
    m_nextId = std::max(m_nextId, token.id + 1);
    if (stated >= 0 && stated != token.id)
        m_info.warnings.push_back("the added token '" + token.content + "' has the id " + std::to_string(token.id) +
                                  ", not " + std::to_string(stated) + " as its entry says");
    append(std::move(token));
}

void BpeTokenizer::addFromConfig(AddedToken token, bool overrules) {
    if (const auto known = m_addedByContent.find(token.content); known != m_addedByContent.end()) {
        token.id = m_added[known->second].id;
        if (overrules)
            m_added[known->second] = std::move(token);
        return;
    }
    if (const auto id = m_model.vocabulary().find(token.content))
        token.id = *id;
    if (token.id >= 0)
        append(std::move(token));
    else
        m_info.warnings.push_back("the special token '" + token.content + "' has no id and is taken as plain text");
}

void BpeTokenizer::buildMatchers() {
    std::vector<AddedToken> raw, normalized;
    for (const AddedToken& token : m_added)
        (token.normalized ? normalized : raw).push_back(token);
    m_rawMatcher =
        std::make_unique<const AddedTokenMatcher>(raw, [](const AddedToken& token) { return token.content; });
    m_normalizedMatcher = std::make_unique<const AddedTokenMatcher>(normalized, [this](const AddedToken& token) {
        return m_normalizer ? m_normalizer(token.content) : token.content;
    });
}

void BpeTokenizer::fillInfo(const TokenizerConfig& config, const std::filesystem::path& file) {
    m_info.kind = "BPE";
    m_info.file = file;
    m_info.modelVocabSize = m_model.vocabulary().idLimit();
    m_info.vocabSize = m_info.modelVocabSize;
    for (const AddedToken& token : m_added)
        m_info.vocabSize = std::max(m_info.vocabSize, token.id + 1);
    m_info.addedTokens = m_added.size();
    m_info.bosToken = config.bos ? config.bos->content : "";
    m_info.eosToken = config.eos ? config.eos->content : "";
    m_info.bosId = tokenId(m_info.bosToken);
    m_info.eosId = tokenId(m_info.eosToken);
    m_info.chatTemplate = config.chatTemplate;
}

// The configuration's add_bos_token and add_eos_token replace the file's template when they are given, when the class
// is LLaMA's (which adds the first token unless told not to) or when the file has none.
void BpeTokenizer::chooseFrame(const BpeTokenizerParts& parts, const TokenizerConfig& config) {
    m_frame = parts.frame;
    const bool replaces = config.isLlama() || config.addBos || config.addEos || !parts.hasFrame;
    if (!replaces)
        return;
    m_frame = {};
    if (config.addBos.value_or(config.isLlama()) && m_info.bosId)
        m_frame.before.push_back(*m_info.bosId);
    if (config.addEos.value_or(false) && m_info.eosId)
        m_frame.after.push_back(*m_info.eosId);
}

PieceList BpeTokenizer::cutAndNormalize(std::string_view text) const {
    PieceList list{std::string(text), {{0, text.size(), -1, true}}};
    m_rawMatcher->cut(list);
    if (m_normalizer)
        rewritePieces(list,
                      [&](std::string& out, std::string_view piece, const Piece&) { out += m_normalizer(piece); });
    m_normalizedMatcher->cut(list);
    std::erase_if(list.pieces, [](const Piece& piece) { return piece.isText() && piece.begin == piece.end; });
    return list;
}

void BpeTokenizer::encodeText(std::string_view text, std::vector<std::int32_t>& ids) const {
    PieceList list = cutAndNormalize(text);
    if (m_preTokenizer)
        m_preTokenizer(list);
    WorkspacePool<Bpe::Workspace>::Lease workspace(m_workspaces);
    for (const Piece& piece : list.pieces) {
        if (piece.isText())
            m_model.encode(list.view(piece), *workspace, ids);
        else
            ids.push_back(piece.id);
    }
}

std::string BpeTokenizer::decode(std::span<const std::int32_t> ids, bool skipSpecial) const {
    TokenTexts tokens;
    tokens.reserve(ids.size());
    for (const std::int32_t id : ids) {
        const auto added = m_addedById.find(id);
        const std::string* text = m_model.vocabulary().textOf(id);
        if (added != m_addedById.end()) {
            const AddedToken& token = m_added[added->second];
            if (!(skipSpecial && token.special))
                tokens.push_back({token.content, true});
        } else if (text) {
            tokens.push_back({*text, false});
        }
    }
    return joined(m_decoder(std::move(tokens)));
}

std::optional<std::string> BpeTokenizer::tokenText(std::int32_t id) const {
    if (const auto added = m_addedById.find(id); added != m_addedById.end())
        return m_added[added->second].content;
    const std::string* text = m_model.vocabulary().textOf(id);
    return text ? std::optional(*text) : std::nullopt;
}

std::optional<std::int32_t> BpeTokenizer::tokenId(std::string_view token) const {
    if (const auto added = m_addedByContent.find(std::string(token)); added != m_addedByContent.end())
        return m_added[added->second].id;
    return m_model.vocabulary().find(token);
}

} // namespace awq::core

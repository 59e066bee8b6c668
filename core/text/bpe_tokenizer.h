// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer made of the parts of a tokenizer.json: added tokens, normalizer, pre-tokenizer, BPE, post-processor,
// decoder.
#pragma once

#include <memory>
#include <unordered_map>

#include "core/text/added_tokens.h"
#include "core/text/bpe.h"
#include "core/text/decoders.h"
#include "core/text/normalizers.h"
#include "core/text/pre_tokenizers.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_config.h"
#include "core/text/workspace_pool.h"

namespace awq::core {

struct BpeTokenizerParts {
    Bpe model;
    std::vector<AddedToken> addedTokens; // of the tokenizer's own file; ids are given anew
    Normalizer normalizer;
    PreTokenizer preTokenizer;
    Decoder decoder;
    SpecialFrame frame;
    bool hasFrame = false; // the file has a post-processor
};

class BpeTokenizer : public Tokenizer {
public:
    BpeTokenizer(BpeTokenizerParts parts, const TokenizerConfig& config, const std::filesystem::path& file);

    std::string decode(std::span<const std::int32_t> ids, bool skipSpecial) const override;
    std::optional<std::string> tokenText(std::int32_t id) const override;
    std::optional<std::int32_t> tokenId(std::string_view token) const override;

protected:
    void encodeText(std::string_view text, std::vector<std::int32_t>& ids) const override;

private:
    void addTokens(const std::vector<AddedToken>& own, const TokenizerConfig& config);
    void addOwn(AddedToken token);
    void addFromConfig(AddedToken token, bool overrules);
    void append(AddedToken token);
    void buildMatchers();
    void chooseFrame(const BpeTokenizerParts& parts, const TokenizerConfig& config);
    void fillInfo(const TokenizerConfig& config, const std::filesystem::path& file);
    PieceList cutAndNormalize(std::string_view text) const;

    Bpe m_model;
    Normalizer m_normalizer;
    PreTokenizer m_preTokenizer;
    Decoder m_decoder;
    std::vector<AddedToken> m_added;
    std::unordered_map<std::string, std::size_t> m_addedByContent; // index into m_added
    std::unordered_map<std::int32_t, std::size_t> m_addedById;     // index into m_added
    std::int32_t m_nextId = 0;                                     // for an added token the vocabulary does not have
    std::unique_ptr<const AddedTokenMatcher> m_rawMatcher, m_normalizedMatcher;

    mutable WorkspacePool<Bpe::Workspace> m_workspaces;
};

} // namespace awq::core

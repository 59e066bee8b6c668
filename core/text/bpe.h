// SPDX-License-Identifier: GPL-3.0-or-later
// Byte pair encoding as the "BPE" model of tokenizer.json defines it: a piece is cut into characters, then the pair of
// neighbours with the lowest rank is merged, again and again (Sennrich et al. 2016).
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/text/flat_map.h"
#include "core/text/vocabulary.h"

namespace awq::core {

struct BpeOptions {
    std::string unknownToken;     // empty: characters without a token are dropped
    std::string continuingPrefix; // in front of every character of a piece but the first
    std::string wordSuffix;       // behind the last character of a piece
    bool fuseUnknown = false;     // one unknown token for a run of unknown characters
    bool byteFallback = false;    // characters without a token become their bytes' tokens <0x00>..<0xFF>
    bool ignoreMerges = false;    // a piece that is a token is that token, whatever the merges make of it
};

using MergeList = std::vector<std::pair<std::string, std::string>>; // by rank

class Bpe {
public:
    // Memory that encoding reuses, with the results of short pieces; one per thread at a time.
    struct Workspace {
        struct Symbol {
            std::int32_t id, previous, next;
            bool alive;
        };
        struct Candidate {
            std::uint32_t rank;
            std::int32_t position, id;
        };
        std::vector<Symbol> symbols;
        std::vector<Candidate> heap;
        std::unordered_map<std::string, std::vector<std::int32_t>> known; // word -> its ids
        std::string key;
    };

    // Throws Error(badInput) naming `where` and the merge when a part or the product is not in the vocabulary.
    Bpe(Vocabulary vocabulary, const MergeList& merges, BpeOptions options, const std::string& where);

    // The "model" object of a tokenizer.json. Throws Error(badInput).
    static Bpe fromJson(const nlohmann::json& json, const std::string& where);

    // Appends the ids of a piece (valid UTF-8). Time O(n log n) in its length.
    void encode(std::string_view piece, Workspace& workspace, std::vector<std::int32_t>& ids) const;

    const Vocabulary& vocabulary() const { return m_vocabulary; }

private:
    struct Merge {
        std::uint32_t rank;
        std::int32_t id;
    };
    struct Nothing {};

    std::int32_t characterId(std::string_view piece, std::size_t begin, std::size_t end) const;
    bool pushBytes(std::string_view character, Workspace& workspace) const;
    void pushCharacters(std::string_view word, Workspace& workspace) const;
    void consider(std::int32_t position, Workspace& workspace) const;
    void mergeAll(Workspace& workspace) const;
    void encodeWord(std::string_view word, Workspace& workspace, std::vector<std::int32_t>& ids) const;
    std::size_t wordEnd(std::string_view piece, std::size_t begin) const;

    void addMerge(const std::pair<std::string, std::string>& merge, std::uint32_t rank, const std::string& where);
    void prepareTables();

    Vocabulary m_vocabulary;
    BpeOptions m_options;
    FlatMap<Merge> m_merges;             // (left id, right id) -> rank and product
    FlatMap<Nothing> m_joined;           // (last character of left, first of right) that some merge joins
    std::vector<std::int32_t> m_direct;  // id of a character below U+10000; -1: none
    std::vector<std::int32_t> m_byteIds; // of <0x00>..<0xFF>; -1: none
    std::int32_t m_unknownId = -1;
};

} // namespace awq::core

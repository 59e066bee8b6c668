// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts pieces where no merge can reach across, and merges each part with a heap of candidate pairs.
#include "core/text/bpe.h"

#include <algorithm>
#include <cstdio>

#include "core/text/json_access.h"
#include "core/text/utf8.h"

namespace awq::core {
namespace {

constexpr std::size_t longestKnownWord = 64; // bytes
constexpr std::size_t mostKnownWords = 1 << 16;
constexpr char32_t directEnd = 0x10000;

std::uint64_t pairKey(std::uint32_t left, std::uint32_t right) {
    return std::uint64_t(left) << 32 | right;
}

// Order of the heap: the lowest rank on top, of equal ranks the leftmost.
bool comesLater(const Bpe::Workspace::Candidate& a, const Bpe::Workspace::Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.position > b.position;
}

void push(std::int32_t id, Bpe::Workspace& workspace) {
    auto& symbols = workspace.symbols;
    const auto index = std::int32_t(symbols.size());
    if (index > 0)
        symbols.back().next = index;
    symbols.push_back({id, index - 1, -1, true});
}

std::string byteToken(int byte) {
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", byte);
    return text;
}

std::pair<std::string, std::string> readMerge(const nlohmann::json& json, const std::string& where) {
    if (json.is_array() && json.size() == 2 && json[0].is_string() && json[1].is_string())
        return {json[0].get<std::string>(), json[1].get<std::string>()};
    if (json.is_string()) {
        const auto text = json.get<std::string>();
        const std::size_t space = text.find(' ');
        if (space != std::string::npos && text.find(' ', space + 1) == std::string::npos)
            return {text.substr(0, space), text.substr(space + 1)};
    }
    badInput("a merge is two tokens with one space between them, or a list of two tokens; found " + dumpLine(json),
             where, "the file is damaged or was edited by hand; fetch it again");
}

MergeList readMerges(const nlohmann::json& json, const std::string& where) {
    if (!json.is_array())
        wrongType(where, "a list", json);
    MergeList merges;
    merges.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
        const bool comment = json[i].is_string() && json[i].get_ref<const std::string&>().starts_with("#version");
        if (!comment)
            merges.push_back(readMerge(json[i], where + "[" + std::to_string(i) + "]"));
    }
    return merges;
}

} // namespace

Bpe::Bpe(Vocabulary vocabulary, const MergeList& merges, BpeOptions options, const std::string& where)
    : m_vocabulary(std::move(vocabulary)), m_options(std::move(options)), m_merges(merges.size()) {
    if (!m_options.unknownToken.empty()) {
        const auto id = m_vocabulary.find(m_options.unknownToken);
        if (!id)
            badInput("the unknown token '" + m_options.unknownToken + "' is not in the vocabulary", where,
                     "the file is damaged or was edited by hand; fetch it again");
        m_unknownId = *id;
    }
    for (std::size_t rank = 0; rank < merges.size(); ++rank)
        addMerge(merges[rank], std::uint32_t(rank), where + ".merges[" + std::to_string(rank) + "]");
    prepareTables();
}

Bpe Bpe::fromJson(const nlohmann::json& json, const std::string& where) {
    if (fieldOr(json, "dropout", 0.0, where) != 0.0)
        badInput("dropout makes the tokens random", where + ".dropout", "set it to null in the file");
    BpeOptions options;
    options.unknownToken = fieldOr(json, "unk_token", options.unknownToken, where);
    options.continuingPrefix = fieldOr(json, "continuing_subword_prefix", options.continuingPrefix, where);
    options.wordSuffix = fieldOr(json, "end_of_word_suffix", options.wordSuffix, where);
    options.fuseUnknown = fieldOr(json, "fuse_unk", options.fuseUnknown, where);
    options.byteFallback = fieldOr(json, "byte_fallback", options.byteFallback, where);
    options.ignoreMerges = fieldOr(json, "ignore_merges", options.ignoreMerges, where);
    return Bpe(Vocabulary::fromJson(requiredField(json, "vocab", where), where + ".vocab"),
               readMerges(requiredField(json, "merges", where), where + ".merges"), std::move(options), where);
}

void Bpe::addMerge(const std::pair<std::string, std::string>& merge, std::uint32_t rank, const std::string& where) {
    const auto& [left, right] = merge;
    const auto idOf = [&](const std::string& token, const char* what) {
        const auto id = m_vocabulary.find(token);
        if (!id)
            badInput(std::string(what) + " of the merge '" + left + "' + '" + right + "', '" + token +
                         "', is not in the vocabulary",
                     where, "vocabulary and merges do not belong together; fetch the tokenizer again");
        return std::uint32_t(*id);
    };
    if (left.empty() ||
        right.size() <= (right.starts_with(m_options.continuingPrefix) ? m_options.continuingPrefix.size() : 0))
        badInput("a part of the merge is empty", where, "the file is damaged or was edited by hand; fetch it again");
    const std::uint32_t leftId = idOf(left, "the left part"), rightId = idOf(right, "the right part");
    const std::string tail = right.substr(std::min(m_options.continuingPrefix.size(), right.size()));
    m_merges.set(pairKey(leftId, rightId), {rank, std::int32_t(idOf(left + tail, "the product"))});
    m_joined.set(pairKey(codePointAt(left, previousCodePoint(left, left.size())), codePointAt(right, 0)), {});
}

void Bpe::prepareTables() {
    m_direct.assign(directEnd, -1);
    for (char32_t c = 0; c < directEnd; ++c) {
        std::string text;
        appendUtf8(text, c);
        m_direct[c] = m_vocabulary.find(text).value_or(-1);
    }
    m_byteIds.assign(256, -1);
    for (int byte = 0; byte < 256 && m_options.byteFallback; ++byte)
        m_byteIds[std::size_t(byte)] = m_vocabulary.find(byteToken(byte)).value_or(-1);
}

// -1 when the character has no token.
std::int32_t Bpe::characterId(std::string_view piece, std::size_t begin, std::size_t end) const {
    const bool prefixed = begin > 0 && !m_options.continuingPrefix.empty();
    const bool suffixed = end == piece.size() && !m_options.wordSuffix.empty();
    const std::string_view character = piece.substr(begin, end - begin);
    if (prefixed || suffixed)
        return m_vocabulary
            .find((prefixed ? m_options.continuingPrefix : "") + std::string(character) +
                  (suffixed ? m_options.wordSuffix : ""))
            .value_or(-1);
    if (character.size() <= 3)
        return m_direct[codePointAt(character, 0)];
    return m_vocabulary.find(character).value_or(-1);
}

// Pushes the tokens of the character's bytes and returns true; false when one of them has no token.
bool Bpe::pushBytes(std::string_view character, Workspace& workspace) const {
    const auto idOf = [&](char c) { return m_byteIds[static_cast<unsigned char>(c)]; };
    if (std::any_of(character.begin(), character.end(), [&](char c) { return idOf(c) < 0; }))
        return false;
    for (const char c : character)
        push(idOf(c), workspace);
    return true;
}

// An unknown token waits for the next known character or the end, so tokens of bytes can overtake it; that is how the
// reference implementation behaves.
void Bpe::pushCharacters(std::string_view word, Workspace& workspace) const {
    bool unknownWaits = false;
    const auto flushUnknown = [&] {
        if (unknownWaits)
            push(m_unknownId, workspace);
        unknownWaits = false;
    };
    for (std::size_t begin = 0, end = 0; begin < word.size(); begin = end) {
        end = begin + utf8Length(word[begin]);
        const std::int32_t id = characterId(word, begin, end);
        if (id >= 0) {
            flushUnknown();
            push(id, workspace);
        } else if (!pushBytes(word.substr(begin, end - begin), workspace) && m_unknownId >= 0) {
            if (!m_options.fuseUnknown)
                flushUnknown();
            unknownWaits = true;
        }
    }
    flushUnknown();
}

// Puts the pair that starts at this symbol on the heap if it can merge.
void Bpe::consider(std::int32_t position, Workspace& workspace) const {
    const auto& left = workspace.symbols[std::size_t(position)];
    if (left.next < 0)
        return;
    const auto& right = workspace.symbols[std::size_t(left.next)];
    if (const Merge* merge = m_merges.find(pairKey(std::uint32_t(left.id), std::uint32_t(right.id)))) {
        workspace.heap.push_back({merge->rank, position, merge->id});
        std::push_heap(workspace.heap.begin(), workspace.heap.end(), comesLater);
    }
}

void Bpe::mergeAll(Workspace& workspace) const {
    auto& symbols = workspace.symbols;
    auto& heap = workspace.heap;
    heap.clear();
    for (std::size_t i = 0; i < symbols.size(); ++i)
        consider(std::int32_t(i), workspace);
    while (!heap.empty()) {
        std::pop_heap(heap.begin(), heap.end(), comesLater);
        const auto candidate = heap.back();
        heap.pop_back();
        auto& left = symbols[std::size_t(candidate.position)];
        if (!left.alive || left.next < 0)
            continue;
        auto& right = symbols[std::size_t(left.next)];
        const Merge* merge = m_merges.find(pairKey(std::uint32_t(left.id), std::uint32_t(right.id)));
        // Another pair that makes the same token is as good, whatever its rank: so does the reference implementation.
        if (!merge || merge->id != candidate.id)
            continue;
        left.id = candidate.id;
        left.next = right.next;
        right.alive = false;
        if (left.next >= 0)
            symbols[std::size_t(left.next)].previous = candidate.position;
        if (left.previous >= 0)
            consider(left.previous, workspace);
        consider(candidate.position, workspace);
    }
}

void Bpe::encodeWord(std::string_view word, Workspace& workspace, std::vector<std::int32_t>& ids) const {
    const bool keep = word.size() <= longestKnownWord;
    if (keep) {
        workspace.key.assign(word);
        const auto known = workspace.known.find(workspace.key);
        if (known != workspace.known.end()) {
            ids.insert(ids.end(), known->second.begin(), known->second.end());
            return;
        }
    }
    workspace.symbols.clear();
    pushCharacters(word, workspace);
    mergeAll(workspace);
    const std::size_t before = ids.size();
    for (const auto& symbol : workspace.symbols)
        if (symbol.alive)
            ids.push_back(symbol.id);
    if (keep && workspace.known.size() < mostKnownWords)
        workspace.known.emplace(workspace.key, std::vector(ids.begin() + std::ptrdiff_t(before), ids.end()));
}

// The end of the part, starting at `begin`, that no merge can leave: between two known characters that no merge joins.
// Encoding the parts one by one gives what encoding the whole piece gives.
std::size_t Bpe::wordEnd(std::string_view piece, std::size_t begin) const {
    const bool positionMatters = !m_options.continuingPrefix.empty() || !m_options.wordSuffix.empty();
    if (positionMatters || piece.size() - begin <= longestKnownWord)
        return piece.size();
    char32_t left = 0;
    bool leftKnown = false;
    for (std::size_t i = begin, end = 0; i < piece.size(); i = end) {
        end = i + utf8Length(piece[i]);
        const char32_t right = codePointAt(piece, i);
        const bool rightKnown = characterId(piece, i, end) >= 0;
        if (leftKnown && rightKnown && !m_joined.find(pairKey(left, right)))
            return i;
        left = right;
        leftKnown = rightKnown;
    }
    return piece.size();
}

void Bpe::encode(std::string_view piece, Workspace& workspace, std::vector<std::int32_t>& ids) const {
    if (m_options.ignoreMerges) {
        if (const auto id = m_vocabulary.find(piece)) {
            ids.push_back(*id);
            return;
        }
    }
    for (std::size_t begin = 0; begin < piece.size();) {
        const std::size_t end = wordEnd(piece, begin);
        encodeWord(piece.substr(begin, end - begin), workspace, ids);
        begin = end;
    }
}

} // namespace awq::core

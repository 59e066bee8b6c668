// SPDX-License-Identifier: GPL-3.0-or-later
// A byte trie over the contents, and the rules about what surrounds a match.
#include "core/text/added_tokens.h"

#include "core/text/unicode_classes.h"
#include "core/text/utf8.h"

namespace awq::core {
namespace {

bool touchesWord(std::string_view text, std::size_t begin, std::size_t end) {
    return (begin > 0 && isWordCharacter(codePointAt(text, previousCodePoint(text, begin)))) ||
           (end < text.size() && isWordCharacter(codePointAt(text, end)));
}

std::size_t skipSpaceLeft(std::string_view text, std::size_t begin, std::size_t limit) {
    while (begin > limit) {
        const std::size_t previous = previousCodePoint(text, begin);
        if (!isWhiteSpace(codePointAt(text, previous)))
            break;
        begin = previous;
    }
    return begin;
}

std::size_t skipSpaceRight(std::string_view text, std::size_t end) {
    while (end < text.size() && isWhiteSpace(codePointAt(text, end)))
        end += utf8Length(text[end]);
    return end;
}

} // namespace

AddedTokenMatcher::AddedTokenMatcher(const std::vector<AddedToken>& tokens,
                                     const std::function<std::string(const AddedToken&)>& contentOf)
    : m_tokens(tokens), m_nodes(1) {
    for (std::size_t i = 0; i < tokens.size(); ++i)
        insert(contentOf(tokens[i]), std::int32_t(i));
}

void AddedTokenMatcher::insert(const std::string& content, std::int32_t token) {
    if (content.empty())
        return;
    m_startsContent[static_cast<unsigned char>(content[0])] = true;
    std::int32_t node = 0;
    for (const char c : content) {
        const auto [edge, isNew] =
            m_nodes[std::size_t(node)].next.try_emplace(static_cast<unsigned char>(c), std::int32_t(m_nodes.size()));
        node = edge->second;
        if (isNew)
            m_nodes.emplace_back();
    }
    m_nodes[std::size_t(node)].token = token;
}

// Index of the token and the offset behind it; -1 when none starts here.
std::pair<std::int32_t, std::size_t> AddedTokenMatcher::longestAt(std::string_view text, std::size_t offset) const {
    std::pair<std::int32_t, std::size_t> found{-1, offset};
    const Node* node = m_nodes.data();
    for (std::size_t i = offset; i < text.size(); ++i) {
        const auto edge = node->next.find(static_cast<unsigned char>(text[i]));
        if (edge == node->next.end())
            break;
        node = &m_nodes[std::size_t(edge->second)];
        if (node->token >= 0)
            found = {node->token, i + 1};
    }
    return found;
}

void AddedTokenMatcher::cutPiece(const PieceList& list, const Piece& piece, std::vector<Piece>& out) const {
    const std::string_view text = list.view(piece);
    std::size_t done = 0;
    const auto emit = [&](std::size_t begin, std::size_t end, std::int32_t id) {
        if (end > begin)
            out.push_back({piece.begin + begin, piece.begin + end, id, piece.atStart && begin == 0});
    };
    for (std::size_t i = 0; i < text.size();) {
        const auto [index, matchEnd] = m_startsContent[static_cast<unsigned char>(text[i])]
                                           ? longestAt(text, i)
                                           : std::pair<std::int32_t, std::size_t>{-1, i};
        if (index < 0) {
            ++i;
            continue;
        }
        const AddedToken& token = m_tokens[std::size_t(index)];
        const bool taken = i < done; // white space that an earlier token stripped
        if (!taken && !(token.singleWord && touchesWord(text, i, matchEnd))) {
            const std::size_t begin = token.leftStrip ? skipSpaceLeft(text, i, done) : i;
            const std::size_t end = token.rightStrip ? skipSpaceRight(text, matchEnd) : matchEnd;
            emit(done, begin, -1);
            emit(begin, end, token.id);
            done = end;
        }
        i = matchEnd;
    }
    emit(done, text.size(), -1);
}

void AddedTokenMatcher::cut(PieceList& list) const {
    if (m_nodes.size() == 1)
        return;
    std::vector<Piece> result;
    for (const Piece& piece : list.pieces) {
        if (piece.isText())
            cutPiece(list, piece, result);
        else
            result.push_back(piece);
    }
    list.pieces = std::move(result);
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Added tokens: contents that are cut out of the text, as one token each, before anything else looks at it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/pieces.h"

namespace awq::core {

struct AddedToken {
    std::string content;
    std::int32_t id = -1;
    bool singleWord = false; // only where no word character touches it
    bool leftStrip = false;  // takes the white space before it
    bool rightStrip = false; // takes the white space after it
    bool normalized = false; // looked for in the normalized text, by its own normalized content
    bool special = false;    // control token: left out of printed text on request
};

// Finds the leftmost, there the longest, of a set of contents. Matching takes time linear in the text, times the
// longest content at worst.
class AddedTokenMatcher {
public:
    // `contentOf` gives the text to look for; contents that come out empty are never found, of equal ones the last
    // token wins.
    AddedTokenMatcher(const std::vector<AddedToken>& tokens,
                      const std::function<std::string(const AddedToken&)>& contentOf);

    // Cuts the tokens out of every text piece. White space a token takes disappears.
    void cut(PieceList& list) const;

private:
    struct Node {
        std::unordered_map<unsigned char, std::int32_t> next; // byte -> node
        std::int32_t token = -1;                              // index into m_tokens of the content that ends here
    };

    void insert(const std::string& content, std::int32_t token);
    std::pair<std::int32_t, std::size_t> longestAt(std::string_view text, std::size_t offset) const;
    void cutPiece(const PieceList& list, const Piece& piece, std::vector<Piece>& out) const;

    std::vector<AddedToken> m_tokens;
    std::vector<Node> m_nodes;
    std::array<bool, 256> m_startsContent{};
};

} // namespace awq::core

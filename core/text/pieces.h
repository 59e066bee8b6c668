// SPDX-License-Identifier: GPL-3.0-or-later
// A text on its way to tokens: cut into pieces, some of which are already known to be one token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/regex_onig.h"

namespace awq::core {

struct Piece {
    std::size_t begin, end; // bytes of PieceList::text
    std::int32_t id = -1;   // of an added token; -1: text still to be encoded
    bool atStart = false;   // starts where the whole text starts

    bool isText() const { return id < 0; }
};

struct PieceList {
    std::string text;          // valid UTF-8
    std::vector<Piece> pieces; // in order; together they need not cover the text

    std::string_view view(const Piece& piece) const {
        return std::string_view(text).substr(piece.begin, piece.end - piece.begin);
    }
};

// Replaces every text piece by the pieces that split(view, spans) makes of it: the spans are relative to the piece,
// empty ones are dropped. The text stays.
template <typename Split>
void splitPieces(PieceList& list, Split split) {
    std::vector<Piece> result;
    result.reserve(list.pieces.size() * 2);
    std::vector<Span> spans;
    for (const Piece& piece : list.pieces) {
        if (!piece.isText()) {
            result.push_back(piece);
            continue;
        }
        spans.clear();
        split(list.view(piece), spans);
        for (const Span& span : spans)
            if (span.end > span.begin)
                result.push_back(
                    {piece.begin + span.begin, piece.begin + span.end, -1, piece.atStart && span.begin == 0});
    }
    list.pieces = std::move(result);
}

// Rewrites the text of every text piece: append(out, view, piece) appends what it becomes. Pieces of known tokens
// keep their id and lose their text.
template <typename Append>
void rewritePieces(PieceList& list, Append append) {
    std::string text;
    text.reserve(list.text.size() + list.text.size() / 4);
    for (Piece& piece : list.pieces) {
        const std::size_t begin = text.size();
        if (piece.isText())
            append(text, list.view(piece), piece);
        piece.begin = begin;
        piece.end = text.size();
    }
    list.text = std::move(text);
}

} // namespace awq::core

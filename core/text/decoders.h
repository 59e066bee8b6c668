// SPDX-License-Identifier: GPL-3.0-or-later
// The "decoder" of a tokenizer.json: tokens back to text.
// Known: ByteLevel, ByteFallback, Fuse, Strip, Replace, Metaspace, Sequence.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace awq::core {

struct TokenText {
    std::string text;
    bool isAdded = false; // an added token: its content as it is, never in the byte alphabet
};

using TokenTexts = std::vector<TokenText>;
using Decoder = std::function<TokenTexts(TokenTexts)>; // the text is what comes out, joined

// null gives a decoder that puts spaces between tokens. Throws Error(badInput) naming `where` and the type when it is
// not known.
Decoder makeDecoder(const nlohmann::json& json, const std::string& where);

// What LLaMA's SentencePiece models need: U+2581 to space, <0x00>..<0xFF> to bytes, the first space removed.
Decoder makeSentencePieceDecoder();

std::string joined(const TokenTexts& tokens);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// The "pre_tokenizer" of a tokenizer.json: cuts the text into the pieces that merges never cross.
// Known: Split, ByteLevel, Digits, Punctuation, Metaspace, Sequence.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/text/pieces.h"

namespace awq::core {

using PreTokenizer = std::function<void(PieceList&)>; // empty: the text is one piece

// null gives an empty function. Throws Error(badInput) naming `where` and the type when it is not known.
PreTokenizer makePreTokenizer(const nlohmann::json& json, const std::string& where);

} // namespace awq::core

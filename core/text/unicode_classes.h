// SPDX-License-Identifier: GPL-3.0-or-later
// Character classes as the tokenizers of tokenizer.json files use them (Unicode 14).
#pragma once

#include <string_view>

namespace awq::core {

bool isWhiteSpace(char32_t c); // the 25 characters of the property White_Space
bool isNumber(char32_t c);     // categories Nd, Nl, No
// ASCII punctuation and symbols, or category P in the table that the reference tokenizers froze at about Unicode 8.
bool isPunctuation(char32_t c);
bool isWordCharacter(char32_t c); // \w: Alphabetic, Mark, Decimal_Number, Connector_Punctuation, Join_Control

// Without the white space of Python's str.strip() at both ends: White_Space and U+001C..U+001F. Valid text only.
std::string_view stripLikePython(std::string_view text);

// Without White_Space at the chosen ends. Valid text only.
std::string_view stripWhiteSpace(std::string_view text, bool left, bool right);

} // namespace awq::core

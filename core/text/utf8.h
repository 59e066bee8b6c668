// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8: walking valid text, finding and repairing what is not valid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace awq::core {

// Bytes of the sequence that starts with this byte, 1..4. Valid text only.
inline std::size_t utf8Length(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

inline bool isUtf8Continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The scalar value that starts at this offset. Valid text only.
char32_t codePointAt(std::string_view text, std::size_t offset);

// Offset of the scalar value before this offset, which is > 0. Valid text only.
inline std::size_t previousCodePoint(std::string_view text, std::size_t offset) {
    do
        --offset;
    while (isUtf8Continuation(text[offset]));
    return offset;
}

void appendUtf8(std::string& text, char32_t codePoint);

// Offset of the first byte that is not part of a valid sequence (overlong forms, surrogates and values above U+10FFFF
// are not valid), or nothing.
std::optional<std::size_t> firstInvalidUtf8(std::string_view text);

// A copy in which every maximal invalid subsequence (Unicode 3.9, "U+FFFD substitution of maximal subparts") is one
// U+FFFD. `replaced` grows by their number.
std::string repairUtf8(std::string_view text, std::int64_t& replaced);

} // namespace awq::core

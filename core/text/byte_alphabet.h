// SPDX-License-Identifier: GPL-3.0-or-later
// The byte-level alphabet of GPT-2: every byte has one printable character, so that any bytes can be written as text.
// Bytes 0x21-0x7E, 0xA1-0xAC and 0xAE-0xFF are themselves, the others U+0100, U+0101, ... in byte order.
#pragma once

#include <string>
#include <string_view>

namespace awq::core {

// Appends one character per byte.
void appendAsByteCharacters(std::string& out, std::string_view bytes);

// Appends the bytes that the characters stand for and returns true; false, with nothing appended, when a character is
// not of the alphabet. Valid text only.
bool appendFromByteCharacters(std::string& out, std::string_view characters);

} // namespace awq::core

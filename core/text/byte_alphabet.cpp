// SPDX-License-Identifier: GPL-3.0-or-later
// Both directions of the byte-level alphabet, as tables made at compile time.
#include "core/text/byte_alphabet.h"

#include <array>

#include "core/text/utf8.h"

namespace awq::core {
namespace {

constexpr std::size_t alphabetEnd = 0x100 + 68; // 68 bytes have no character of their own

struct Alphabet {
    std::array<char32_t, 256> ofByte{};
    std::array<int, alphabetEnd> byteOf{}; // -1: not of the alphabet
};

constexpr Alphabet makeAlphabet() {
    Alphabet alphabet;
    alphabet.byteOf.fill(-1);
    char32_t next = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
        const bool itself = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
        const char32_t character = itself ? char32_t(byte) : next++;
        alphabet.ofByte[std::size_t(byte)] = character;
        alphabet.byteOf[character] = byte;
    }
    return alphabet;
}

constexpr Alphabet alphabet = makeAlphabet();

} // namespace

void appendAsByteCharacters(std::string& out, std::string_view bytes) {
    for (const char byte : bytes)
        appendUtf8(out, alphabet.ofByte[static_cast<unsigned char>(byte)]);
}

bool appendFromByteCharacters(std::string& out, std::string_view characters) {
    const std::size_t before = out.size();
    for (std::size_t i = 0; i < characters.size(); i += utf8Length(characters[i])) {
        const char32_t character = codePointAt(characters, i);
        if (character >= alphabetEnd || alphabet.byteOf[character] < 0) {
            out.resize(before);
            return false;
        }
        out.push_back(static_cast<char>(alphabet.byteOf[character]));
    }
    return true;
}

} // namespace awq::core

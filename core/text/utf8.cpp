// SPDX-License-Identifier: GPL-3.0-or-later
// Decoding and checking of UTF-8 sequences.
#include "core/text/utf8.h"

namespace awq::core {
namespace {

// The bytes a lead byte may be followed by: the second lies in [low, high], the others in [0x80, 0xBF].
struct SequenceRule {
    std::size_t length; // 0: not a lead byte
    unsigned char low, high;
};

SequenceRule ruleFor(unsigned char lead) {
    if (lead < 0x80)
        return {1, 0, 0};
    if (lead < 0xC2 || lead > 0xF4)
        return {0, 0, 0};
    if (lead < 0xE0)
        return {2, 0x80, 0xBF};
    if (lead < 0xF0)
        return {3, static_cast<unsigned char>(lead == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(lead == 0xED ? 0x9F : 0xBF)};
    return {4, static_cast<unsigned char>(lead == 0xF0 ? 0x90 : 0x80),
            static_cast<unsigned char>(lead == 0xF4 ? 0x8F : 0xBF)};
}

struct Sequence {
    std::size_t length; // bytes of the valid sequence or of the invalid subpart, at least 1
    bool valid;
};

Sequence sequenceAt(std::string_view text, std::size_t offset) {
    const SequenceRule rule = ruleFor(static_cast<unsigned char>(text[offset]));
    if (rule.length == 0)
        return {1, false};
    unsigned char low = rule.low, high = rule.high;
    for (std::size_t i = 1; i < rule.length; ++i) {
        if (offset + i >= text.size())
            return {i, false};
        const auto byte = static_cast<unsigned char>(text[offset + i]);
        if (byte < low || byte > high)
            return {i, false};
        low = 0x80;
        high = 0xBF;
    }
    return {rule.length, true};
}

} // namespace

char32_t codePointAt(std::string_view text, std::size_t offset) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
    const auto tail = [&](std::size_t i) { return char32_t(byte(i) & 0x3F); };
    switch (utf8Length(text[offset])) {
    case 1:
        return byte(0);
    case 2:
        return char32_t(byte(0) & 0x1F) << 6 | tail(1);
    case 3:
        return char32_t(byte(0) & 0x0F) << 12 | tail(1) << 6 | tail(2);
    default:
        return char32_t(byte(0) & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3);
    }
}

void appendUtf8(std::string& text, char32_t codePoint) {
    const auto add = [&](char32_t bits) { text.push_back(static_cast<char>(bits)); };
    if (codePoint < 0x80) {
        add(codePoint);
    } else if (codePoint < 0x800) {
        add(0xC0 | codePoint >> 6);
        add(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
        add(0xE0 | codePoint >> 12);
        add(0x80 | (codePoint >> 6 & 0x3F));
        add(0x80 | (codePoint & 0x3F));
    } else {
        add(0xF0 | codePoint >> 18);
        add(0x80 | (codePoint >> 12 & 0x3F));
        add(0x80 | (codePoint >> 6 & 0x3F));
        add(0x80 | (codePoint & 0x3F));
    }
}

std::optional<std::size_t> firstInvalidUtf8(std::string_view text) {
    for (std::size_t offset = 0; offset < text.size();) {
        const Sequence sequence = sequenceAt(text, offset);
        if (!sequence.valid)
            return offset;
        offset += sequence.length;
    }
    return std::nullopt;
}

std::string repairUtf8(std::string_view text, std::int64_t& replaced) {
    std::string repaired;
    repaired.reserve(text.size());
    for (std::size_t offset = 0; offset < text.size();) {
        const Sequence sequence = sequenceAt(text, offset);
        if (sequence.valid) {
            repaired.append(text, offset, sequence.length);
        } else {
            appendUtf8(repaired, 0xFFFD);
            ++replaced;
        }
        offset += sequence.length;
    }
    return repaired;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Class tables on top of utf8proc's categories and oniguruma's word class.
#include "core/text/unicode_classes.h"

#include <algorithm>
#include <iterator>
#include <oniguruma.h>
#include <utf8proc.h>

#include "core/text/utf8.h"

namespace awq::core {
namespace {

struct Range {
    char32_t first, last;
};

// Category P in Unicode 14 but not in the reference's older table.
constexpr Range laterPunctuation[] = {
    {0x61D, 0x61D},     {0x9FD, 0x9FD},     {0xA76, 0xA76},     {0xC77, 0xC77},     {0xC84, 0xC84},
    {0x1B7D, 0x1B7E},   {0x2E43, 0x2E4F},   {0x2E52, 0x2E5D},   {0x10EAD, 0x10EAD}, {0x10F55, 0x10F59},
    {0x10F86, 0x10F89}, {0x1144B, 0x1144F}, {0x1145A, 0x1145B}, {0x1145D, 0x1145D}, {0x11660, 0x1166C},
    {0x116B9, 0x116B9}, {0x1183B, 0x1183B}, {0x11944, 0x11946}, {0x119E2, 0x119E2}, {0x11A3F, 0x11A46},
    {0x11A9A, 0x11A9C}, {0x11A9E, 0x11AA2}, {0x11C41, 0x11C45}, {0x11C70, 0x11C71}, {0x11EF7, 0x11EF8},
    {0x11FFF, 0x11FFF}, {0x12FF1, 0x12FF2}, {0x16E97, 0x16E9A}, {0x16FE2, 0x16FE2}, {0x1E95E, 0x1E95F},
};

bool isLaterPunctuation(char32_t c) {
    const Range* range = std::lower_bound(std::begin(laterPunctuation), std::end(laterPunctuation), c,
                                          [](const Range& r, char32_t value) { return r.last < value; });
    return range != std::end(laterPunctuation) && c >= range->first;
}

template <typename Predicate>
std::string_view strip(std::string_view text, bool left, bool right, Predicate drop) {
    while (left && !text.empty() && drop(codePointAt(text, 0)))
        text.remove_prefix(utf8Length(text.front()));
    while (right && !text.empty()) {
        const std::size_t last = previousCodePoint(text, text.size());
        if (!drop(codePointAt(text, last)))
            break;
        text = text.substr(0, last);
    }
    return text;
}

} // namespace

bool isWhiteSpace(char32_t c) {
    if (c < 0x80)
        return c == ' ' || (c >= 0x09 && c <= 0x0D);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

bool isNumber(char32_t c) {
    const utf8proc_category_t category = utf8proc_category(utf8proc_int32_t(c));
    return category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NL || category == UTF8PROC_CATEGORY_NO;
}

bool isPunctuation(char32_t c) {
    if (c < 0x80)
        return (c >= 0x21 && c <= 0x2F) || (c >= 0x3A && c <= 0x40) || (c >= 0x5B && c <= 0x60) ||
               (c >= 0x7B && c <= 0x7E);
    if (c == 0x166D || c == 0x111C9) // were punctuation then
        return true;
    const utf8proc_category_t category = utf8proc_category(utf8proc_int32_t(c));
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO && !isLaterPunctuation(c);
}

bool isWordCharacter(char32_t c) {
    return c == 0x200C || c == 0x200D || ONIGENC_IS_CODE_WORD(ONIG_ENCODING_UTF8, OnigCodePoint(c));
}

std::string_view stripLikePython(std::string_view text) {
    return strip(text, true, true, [](char32_t c) { return isWhiteSpace(c) || (c >= 0x1C && c <= 0x1F); });
}

std::string_view stripWhiteSpace(std::string_view text, bool left, bool right) {
    return strip(text, left, right, isWhiteSpace);
}

} // namespace awq::core

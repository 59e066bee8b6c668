// SPDX-License-Identifier: GPL-3.0-or-later
// Decomposes, orders and composes the stretches of a text that are not ASCII.
#include "core/text/unicode_normalize.h"

#include <algorithm>
#include <utf8proc.h>
#include <vector>

#include "core/text/utf8.h"

namespace awq::core {
namespace {

bool isAscii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

int decompositionOptions(NormalizationForm form) {
    const bool compatible = form == NormalizationForm::nfkc || form == NormalizationForm::nfkd;
    return UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | (compatible ? UTF8PROC_COMPAT : 0);
}

void appendDecomposed(std::vector<utf8proc_int32_t>& out, char32_t c, int options) {
    utf8proc_int32_t parts[32]; // the longest decomposition (U+FDFA) has 18
    int boundary = 0;
    const auto count = utf8proc_decompose_char(utf8proc_int32_t(c), parts, 32, utf8proc_option_t(options), &boundary);
    out.insert(out.end(), parts, parts + count);
}

// Canonical order: runs of combining marks sorted by class, equal classes in their order. (utf8proc's own ordering
// takes quadratic time on long runs.)
void orderMarks(std::vector<utf8proc_int32_t>& points) {
    const auto classOf = [](utf8proc_int32_t c) { return utf8proc_get_property(c)->combining_class; };
    const auto isStarter = [&](utf8proc_int32_t c) { return classOf(c) == 0; };
    for (auto run = points.begin(); run != points.end();) {
        run = std::find_if_not(run, points.end(), isStarter);
        const auto end = std::find_if(run, points.end(), isStarter);
        std::stable_sort(run, end, [&](auto a, auto b) { return classOf(a) < classOf(b); });
        run = end;
    }
}

void compose(std::vector<utf8proc_int32_t>& points) {
    const auto options = utf8proc_option_t(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    points.resize(std::size_t(utf8proc_normalize_utf32(points.data(), utf8proc_ssize_t(points.size()), options)));
}

void appendNormalized(std::string& out, std::string_view stretch, NormalizationForm form) {
    std::vector<utf8proc_int32_t> points;
    points.reserve(stretch.size());
    const int options = decompositionOptions(form);
    for (std::size_t i = 0; i < stretch.size(); i += utf8Length(stretch[i]))
        appendDecomposed(points, codePointAt(stretch, i), options);
    orderMarks(points);
    if (form == NormalizationForm::nfc || form == NormalizationForm::nfkc)
        compose(points);
    for (const utf8proc_int32_t point : points)
        appendUtf8(out, char32_t(point));
}

} // namespace

std::string normalizeUnicode(std::string_view text, NormalizationForm form) {
    std::string normalized;
    normalized.reserve(text.size());
    for (auto position = text.begin(); position != text.end();) {
        // ASCII never changes, except that its last character may compose with what follows.
        const auto firstOther = std::find_if_not(position, text.end(), isAscii);
        const auto stretch = firstOther == text.end() || firstOther == position ? firstOther : firstOther - 1;
        normalized.append(position, stretch);
        position = std::find_if(firstOther, text.end(), isAscii);
        appendNormalized(normalized, {stretch, position}, form);
    }
    return normalized;
}

std::string lowerCase(std::string_view text) {
    std::string lower;
    lower.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); i += utf8Length(text[i])) {
        const char32_t c = codePointAt(text, i);
        if (c == 0x130) // the one character with a longer lower case
            lower += "i\u0307";
        else
            appendUtf8(lower, char32_t(utf8proc_tolower(utf8proc_int32_t(c))));
    }
    return lower;
}

} // namespace awq::core

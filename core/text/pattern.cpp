// SPDX-License-Identifier: GPL-3.0-or-later
// Reads patterns and finds literal ones.
#include "core/text/pattern.h"

#include "core/text/json_access.h"

namespace awq::core {
namespace {

void splitAtLiteral(std::string_view text, std::string_view literal, std::vector<Span>& spans) {
    std::size_t covered = 0;
    for (std::size_t found; !literal.empty() && (found = text.find(literal, covered)) != std::string_view::npos;) {
        if (found > covered)
            spans.push_back({covered, found, false});
        covered = found + literal.size();
        spans.push_back({found, covered, true});
    }
    if (covered < text.size())
        spans.push_back({covered, text.size(), false});
}

} // namespace

Pattern Pattern::fromJson(const nlohmann::json& json, const std::string& where) {
    if (isPresent(json, "String"))
        return Pattern(required<std::string>(json, "String", where));
    return Pattern(Regex(required<std::string>(json, "Regex", where), where + ".Regex"));
}

void Pattern::split(std::string_view text, std::vector<Span>& spans) const {
    if (const auto* regex = std::get_if<Regex>(&m_pattern))
        regex->split(text, spans);
    else
        splitAtLiteral(text, std::get<std::string>(m_pattern), spans);
}

std::string Pattern::replaceIn(std::string_view text, std::string_view content) const {
    std::vector<Span> spans;
    split(text, spans);
    std::string replaced;
    replaced.reserve(text.size());
    for (const Span& span : spans)
        replaced += span.isMatch ? content : text.substr(span.begin, span.end - span.begin);
    return replaced;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// The patterns of tokenizer.json: a literal text or a regular expression, {"String": ...} or {"Regex": ...}.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/text/regex_onig.h"

namespace awq::core {

class Pattern {
public:
    explicit Pattern(Regex regex) : m_pattern(std::move(regex)) {}
    explicit Pattern(std::string literal) : m_pattern(std::move(literal)) {}
    static Pattern fromJson(const nlohmann::json& json, const std::string& where);

    void split(std::string_view text, std::vector<Span>& spans) const; // as Regex::split

    // The text with every match replaced by `content`, taken literally.
    std::string replaceIn(std::string_view text, std::string_view content) const;

private:
    std::variant<std::string, Regex> m_pattern;
};

} // namespace awq::core

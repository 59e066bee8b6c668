// SPDX-License-Identifier: GPL-3.0-or-later
// Regular expressions of tokenizer.json files, run by oniguruma: the engine whose syntax those files are written for.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace awq::core {

// Bytes [begin, end) of a text; isMatch tells what matched from what lies between matches.
struct Span {
    std::size_t begin, end;
    bool isMatch;
};

// Const members may be called from several threads.
class Regex {
public:
    // Throws Error(badInput) with `where` when the pattern does not compile.
    Regex(const std::string& pattern, const std::string& where);

    // Appends spans that cover the text from first to last byte. An empty match gives an empty span. Valid UTF-8 only.
    // Throws Error(badInput) when the pattern backtracks without bound on this text.
    void split(std::string_view text, std::vector<Span>& spans) const;

private:
    struct Compiled;
    std::shared_ptr<const Compiled> m_compiled;
    std::string m_where;
};

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Options of the terminal program as data, and the words of a command line sorted by them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace awq::app {

struct CliOption {
    std::string name;     // "group-size": given as --group-size VALUE or --group-size=VALUE
    std::string argument; // placeholder of the value; empty: a flag
    std::string help;     // one line
};

class Arguments {
public:
    // Takes every word after "--", and every word that does not begin with "--", as an operand. Throws Error(usage) for
    // an unknown option (naming the nearest known one), a missing value, or a value given to a flag.
    static Arguments parse(const std::vector<CliOption>& options, const std::vector<std::string>& words);

    bool has(const std::string& option) const { return m_values.contains(option); }
    const std::string& text(const std::string& option, const std::string& fallback) const; // the value given last
    // Throws Error(usage) when the value is not a whole number of at least `minimum`.
    std::int64_t integer(const std::string& option, std::int64_t fallback, std::int64_t minimum) const;

    // Options with their values in the order of the command line; a flag has an empty value.
    const std::vector<std::pair<std::string, std::string>>& inOrder() const { return m_inOrder; }
    const std::vector<std::string>& operands() const { return m_operands; }

private:
    void add(const std::string& option, const std::string& value);

    std::map<std::string, std::string> m_values;
    std::vector<std::pair<std::string, std::string>> m_inOrder;
    std::vector<std::string> m_operands;
};

// The candidate most like the word, when it is near enough to be meant; else empty.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Table-driven parsing of command lines.
#include "app/cli_arguments.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "core/error.h"

namespace awq::app {
namespace {

[[noreturn]] void usage(const std::string& what, const std::string& hint) {
    throw core::Error(core::ErrorCode::usage, what, {}, hint);
}

// Insertions, deletions and replacements between two words.
std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

[[noreturn]] void unknownOption(const std::string& name, const std::vector<CliOption>& options) {
    std::vector<std::string> names;
    for (const CliOption& option : options)
        names.push_back(option.name);
    const std::string near = nearest(name, names);
    usage("unknown option '--" + name + "'",
          near.empty() ? "--help lists the options" : "did you mean --" + near + "?");
}

} // namespace

Arguments Arguments::parse(const std::vector<CliOption>& options, const std::vector<std::string>& words) {
    Arguments result;
    bool optionsEnded = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (optionsEnded || !word.starts_with("--")) {
            result.m_operands.push_back(word);
            continue;
        }
        if (word == "--") {
            optionsEnded = true;
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
        const auto option = std::ranges::find(options, name, &CliOption::name);
        if (option == options.end())
            unknownOption(name, options);
        if (option->argument.empty() && equals != std::string::npos)
            usage("--" + name + " takes no value", "write --" + name + " alone");
        if (option->argument.empty())
            result.add(name, "");
        else if (equals != std::string::npos)
            result.add(name, word.substr(equals + 1));
        else if (i + 1 < words.size() && !words[i + 1].starts_with("--")) // a value that starts so is written --name=value
            result.add(name, words[++i]);
        else
            usage("--" + name + " needs a value", "write --" + name + " " + option->argument);
    }
    return result;
}

void Arguments::add(const std::string& option, const std::string& value) {
    m_values[option] = value;
    m_inOrder.emplace_back(option, value);
}

const std::string& Arguments::text(const std::string& option, const std::string& fallback) const {
    const auto found = m_values.find(option);
    return found == m_values.end() ? fallback : found->second;
}

std::int64_t Arguments::integer(const std::string& option, std::int64_t fallback, std::int64_t minimum) const {
    const auto found = m_values.find(option);
    if (found == m_values.end())
        return fallback;
    const std::string& text = found->second;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < minimum)
        usage("--" + option + " does not take '" + text + "'",
              "give a whole number of at least " + std::to_string(minimum));
    return value;
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
    std::string best;
    std::size_t bestDistance = std::max<std::size_t>(2, word.size() / 3) + 1; // farther ones are not meant
    for (const std::string& candidate : candidates) {
        const std::size_t distance = editDistance(word, candidate);
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace awq::app

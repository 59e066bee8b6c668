// SPDX-License-Identifier: GPL-3.0-or-later
// Aligns columns and formats numbers.
#include "app/cli_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

namespace awq::app {
namespace {

std::string print(const char* format, int decimals, double value) {
    if (!std::isfinite(value))
        return "-";
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, decimals, value);
    return buffer;
}

// Characters on the screen: bytes that do not continue a UTF-8 sequence.
std::size_t widthOf(const std::string& text) {
    return std::size_t(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

} // namespace

TextTable::TextTable(std::vector<std::string> headings) {
    for (std::string& heading : headings) {
        m_rightAligned.push_back(heading.starts_with('>'));
        if (m_rightAligned.back())
            heading.erase(0, 1);
    }
    m_rows.push_back(std::move(headings));
}

void TextTable::add(std::vector<std::string> cells) {
    m_rows.push_back(std::move(cells));
}

std::string TextTable::text() const {
    std::vector<std::size_t> widths(m_rightAligned.size(), 0);
    for (const auto& row : m_rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], widthOf(row[i]));
    std::string text;
    const bool untitled = std::ranges::all_of(m_rows.front(), &std::string::empty);
    for (const auto& row : std::span(m_rows).subspan(untitled ? 1 : 0)) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string fill(widths[i] - widthOf(row[i]), ' ');
            line += (i ? "  " : "") + (m_rightAligned[i] ? fill + row[i] : row[i] + fill);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::string number(double value, int decimals) {
    return print("%.*f", decimals, value);
}

std::string scientific(double value) {
    return print("%.*e", 2, value);
}

std::string shapeCell(std::int64_t rows, std::int64_t columns) {
    return "[" + std::to_string(rows) + ", " + std::to_string(columns) + "]";
}

} // namespace awq::app

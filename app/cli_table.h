// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of text for the terminal.
#pragma once

#include <string>
#include <vector>

namespace awq::app {

// Columns as wide as their widest cell, two spaces apart; columns whose heading begins with '>' are aligned to the
// right.
class TextTable {
public:
    explicit TextTable(std::vector<std::string> headings);
    void add(std::vector<std::string> cells); // as many as there are headings
    std::string text() const;

private:
    std::vector<bool> m_rightAligned;
    std::vector<std::vector<std::string>> m_rows; // the headings first
};

std::string number(double value, int decimals);                 // "27.685"; "-" when it is not finite
std::string scientific(double value);                           // "1.23e-05"; "-" when it is not finite
std::string shapeCell(std::int64_t rows, std::int64_t columns); // "[4096, 11008]"

} // namespace awq::app

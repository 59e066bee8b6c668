// SPDX-License-Identifier: GPL-3.0-or-later
// A report as data: sections with named values, tables and charts, and the numbers behind them. One builder fills it;
// the HTML page and the PDF are two ways to write it down.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace awq::core {

struct ReportFact {
    std::string name, value;
};

struct ReportColumn {
    std::string title;
    bool number = false; // right-aligned
};

struct ReportTable {
    std::vector<ReportColumn> columns;
    std::vector<std::vector<std::string>> rows;
};

struct ChartSeries {
    std::string name;
    std::vector<double> x, y; // not finite, or not positive on a logarithmic axis: left out
};

struct Chart {
    std::string title, xTitle, yTitle;
    bool logarithmic = false;        // the y axis
    bool line = true;                // false: points only
    std::vector<ChartSeries> series; // at most eight have their own colour
};

struct ReportSection {
    std::string title;
    std::vector<ReportFact> facts;
    std::vector<std::string> notes; // one sentence each: warnings, explanations
    bool attention = false;         // the notes are warnings
    std::vector<Chart> charts;
    ReportTable table;   // without columns: none
    bool folded = false; // long tables start closed where the form allows it
};

struct ReportDocument {
    std::string title, subtitle;
    std::vector<ReportSection> sections;
    nlohmann::ordered_json numbers; // everything shown, unrounded; keys as the command line's JSON
};

} // namespace awq::core

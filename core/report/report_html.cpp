// SPDX-License-Identifier: GPL-3.0-or-later
// The HTML form of a report.
#include "core/report/report_html.h"

#include "core/report/svg_chart.h"

namespace awq::core {

namespace {

// Surfaces, ink and series colours are those of the window's two themes.
constexpr const char* style = R"css(
:root { color-scheme: light dark; --page:#F3F4F6; --card:#FFFFFF; --line:#C3C8CF; --grid:#E9EBEE; --text:#1B1F24; --dim:#59626E;
  --accent:#1F66D1; --warning:#8A5700;
  --s0:#1F6FD1; --s1:#C25E00; --s2:#1E6761; --s3:#AE7B98; --s4:#500982; --s5:#169DDA; --s6:#694A00; --s7:#561518; }
@media (prefers-color-scheme: dark) { :root { --page:#14171B; --card:#1C2025; --line:#434A54; --grid:#292E35; --text:#E6E9ED;
  --dim:#9CA5B1; --accent:#7FB3FF; --warning:#E3AE4B;
  --s0:#6AA8FF; --s1:#F0953A; --s2:#A9D2A8; --s3:#AF81A6; --s4:#FDCE06; --s5:#C63A4C; --s6:#95FAFD; --s7:#805CCF; } }
@media print { :root { --page:#FFFFFF; } section { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin:0; padding:24px; background:var(--page); color:var(--text); font:15px/1.5 system-ui,sans-serif; }
main { max-width:1180px; margin:auto; display:grid; gap:12px; }
h1 { font-size:26px; margin:0; } h2 { font-size:18px; margin:0 0 8px; } h3 { font-size:14px; margin:8px 0 0; }
header p { color:var(--dim); margin:0 0 8px; }
section { background:var(--card); border:1px solid var(--line); border-radius:8px; padding:16px; overflow-x:auto; }
dl { display:grid; grid-template-columns:max-content 1fr; gap:2px 16px; margin:0; } dt { color:var(--dim); }
dd { margin:0; overflow-wrap:anywhere; }
ul { margin:0; padding-left:20px; } .attention { color:var(--warning); }
.charts { display:grid; grid-template-columns:repeat(auto-fit,minmax(440px,1fr)); gap:16px; }
svg { max-width:100%; height:auto; }
table { border-collapse:collapse; font-size:13px; } th { text-align:left; font-weight:600; border-bottom:1px solid var(--line); }
th,td { padding:3px 12px 3px 0; white-space:nowrap; } tr+tr td { border-top:1px solid var(--grid); }
.n { text-align:right; font-variant-numeric:tabular-nums; }
summary { cursor:pointer; font-size:18px; font-weight:600; } summary:focus-visible { outline:2px solid var(--accent); }
)css";

const ChartColours pageColours{
    "var(--text)",
    "var(--dim)",
    "var(--line)",
    "var(--grid)",
    {"var(--s0)", "var(--s1)", "var(--s2)", "var(--s3)", "var(--s4)", "var(--s5)", "var(--s6)", "var(--s7)"}};

std::string tableHtml(const ReportTable& table) {
    const auto opening = [&](const char* element, std::size_t column) {
        return std::string("<") + element + (table.columns[column].number ? " class=\"n\">" : ">");
    };
    std::string html = "<table><thead><tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        html += opening("th", i) + escaped(table.columns[i].title) + "</th>";
    html += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
        html += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i)
            html += opening("td", i) + escaped(row[i]) + "</td>";
        html += "</tr>\n";
    }
    return html + "</tbody></table>\n";
}

std::string chartsHtml(const std::vector<Chart>& charts) {
    std::string html = "<div class=\"charts\">\n";
    for (const Chart& chart : charts)
        html += "<figure style=\"margin:0\"><h3>" + escaped(chart.title) + "</h3>\n" +
                svgOf(chart, pageColours, 560, 300) + "</figure>\n";
    return html + "</div>\n";
}

std::string sectionHtml(const ReportSection& section) {
    std::string html;
    if (!section.facts.empty()) {
        html += "<dl>\n";
        for (const ReportFact& fact : section.facts)
            html += "<dt>" + escaped(fact.name) + "</dt><dd>" + escaped(fact.value) + "</dd>\n";
        html += "</dl>\n";
    }
    if (!section.notes.empty()) {
        html += section.attention ? "<ul class=\"attention\">\n" : "<ul>\n";
        for (const std::string& note : section.notes)
            html += "<li>" + escaped(note) + "</li>\n";
        html += "</ul>\n";
    }
    if (!section.charts.empty())
        html += chartsHtml(section.charts);
    if (!section.table.columns.empty())
        html += tableHtml(section.table);
    const std::string title = escaped(section.title);
    if (section.folded)
        return "<section><details><summary>" + title + "</summary>\n" + html + "</details></section>\n";
    return "<section><h2>" + title + "</h2>\n" + html + "</section>\n";
}

// JSON that cannot end the element it stands in.
std::string scriptSafe(std::string json) {
    for (std::size_t at = 0; (at = json.find("</", at)) != std::string::npos; at += 3)
        json.replace(at, 2, "<\\/");
    return json;
}

} // namespace

std::string reportHtml(const ReportDocument& document) {
    std::string html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>" +
                       escaped(document.title) + "</title>\n<style>" + style +
                       "</style>\n</head>\n<body>\n<main>\n<header><h1>" + escaped(document.title) + "</h1><p>" +
                       escaped(document.subtitle) + "</p></header>\n";
    for (const ReportSection& section : document.sections)
        html += sectionHtml(section);
    const std::string numbers = document.numbers.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return html + "</main>\n<script type=\"application/json\" id=\"numbers\">" + scriptSafe(numbers) +
           "</script>\n</body>\n</html>\n";
}

} // namespace awq::core

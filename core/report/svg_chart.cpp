// SPDX-License-Identifier: GPL-3.0-or-later
// Layout and drawing of SVG charts.
#include "core/report/svg_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <optional>

namespace awq::core {

namespace {

constexpr double fontSize = 11, lineHeight = 14, leftMargin = 70, topMargin = 12, bottomMargin = 40, gap = 8;

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string pixels(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

// "0.02", "10⁻⁴", "2×10⁻⁴".
std::string tickText(double value) {
    if (value == 0 || (std::abs(value) >= 0.0099 && std::abs(value) < 99999))
        return number(value);
    static const char* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    const int exponent = int(std::floor(std::log10(std::abs(value)) + 1e-9));
    const double mantissa = value / std::pow(10.0, exponent);
    std::string text = std::abs(mantissa - 1) < 1e-6 ? "10" : number(mantissa) + "×10";
    text += exponent < 0 ? "⁻" : "";
    for (const char digit : std::to_string(std::abs(exponent)))
        text += digits[digit - '0'];
    return text;
}

// A value axis on a stretch of pixels; `from` may be below (greater than) `to`.
struct Axis {
    double lower = 0, upper = 1, from = 0, to = 1;
    bool logarithmic = false;

    double at(double value) const {
        const double share =
            logarithmic ? std::log(value / lower) / std::log(upper / lower) : (value - lower) / (upper - lower);
        return from + share * (to - from);
    }
};

bool drawable(double value, bool logarithmic) {
    return std::isfinite(value) && (!logarithmic || value > 0);
}

Axis axisOf(const Chart& chart, std::vector<double> ChartSeries::*values, bool logarithmic, double air) {
    double lower = std::numeric_limits<double>::infinity(), upper = -lower;
    for (const ChartSeries& series : chart.series)
        for (const double value : series.*values)
            if (drawable(value, logarithmic)) {
                lower = std::min(lower, value);
                upper = std::max(upper, value);
            }
    if (!(lower <= upper))
        lower = logarithmic ? 0.1 : 0, upper = 1;
    if (logarithmic) {
        const double factor = std::max(std::pow(upper / lower, air), 1.05);
        return {lower / factor, upper * factor, 0, 1, true};
    }
    double room = (upper - lower) * air;
    if (room <= 0)
        room = upper == 0 ? 1 : std::abs(upper) * 0.1;
    return {lower - room, upper + room, 0, 1, false};
}

class Drawing {
public:
    Drawing(const Chart& chart, const ChartColours& colours, int width, int height)
        : m_chart(chart), m_colours(colours), m_x(axisOf(chart, &ChartSeries::x, false, 0.02)),
          m_y(axisOf(chart, &ChartSeries::y, chart.logarithmic, 0.06)), m_width(width), m_height(height) {
        std::size_t longest = 0; // in characters; a multi-byte one counts a little too much
        for (const ChartSeries& series : chart.series)
            longest = std::max(longest, series.name.size());
        const double names = chart.series.size() > 1 ? double(longest) * fontSize * 0.66 + gap : gap;
        m_x.from = leftMargin;
        m_x.to = std::max(width - names, leftMargin + width * 0.3);
        m_y.from = height - bottomMargin;
        m_y.to = topMargin;
    }

    std::string draw() {
        m_svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(m_width) + " " +
                std::to_string(m_height) + "\" width=\"" + std::to_string(m_width) + "\" height=\"" +
                std::to_string(m_height) + "\" font-family=\"sans-serif\" font-size=\"" + pixels(fontSize) +
                "\" role=\"img\">\n<title>" + escaped(m_chart.title) + "</title>\n";
        drawAxes();
        for (std::size_t i = 0; i < m_chart.series.size(); ++i)
            drawSeries(m_chart.series[i], colour(i));
        if (m_chart.series.size() > 1)
            drawNames();
        return m_svg + "</svg>\n";
    }

private:
    const std::string& colour(std::size_t i) const { return m_colours.series[i % m_colours.series.size()]; }

    void line(double x1, double y1, double x2, double y2, const std::string& stroke) {
        m_svg += "<line x1=\"" + pixels(x1) + "\" y1=\"" + pixels(y1) + "\" x2=\"" + pixels(x2) + "\" y2=\"" +
                 pixels(y2) + "\" style=\"stroke:" + stroke + "\"/>\n";
    }

    void text(double x, double y, const char* anchor, const std::string& fill, const std::string& words,
              const std::string& more = {}) {
        m_svg += "<text x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\" text-anchor=\"" + anchor + "\"" + more +
                 " style=\"fill:" + fill + "\">" + escaped(words) + "</text>\n";
    }

    void drawAxes() {
        for (const double tick : axisTicks(m_y.lower, m_y.upper, m_y.logarithmic)) {
            line(m_x.from, m_y.at(tick), m_x.to, m_y.at(tick), m_colours.grid);
            text(m_x.from - 6, m_y.at(tick) + fontSize / 3, "end", m_colours.dim, tickText(tick));
        }
        for (const double tick : axisTicks(m_x.lower, m_x.upper, false))
            text(m_x.at(tick), m_y.from + lineHeight + 2, "middle", m_colours.dim, tickText(tick));
        line(m_x.from, m_y.from, m_x.to, m_y.from, m_colours.axis);
        line(m_x.from, m_y.from, m_x.from, m_y.to, m_colours.axis);
        text((m_x.from + m_x.to) / 2, m_height - 6, "middle", m_colours.dim, m_chart.xTitle);
        const double middle = (m_y.from + m_y.to) / 2;
        text(12, middle, "middle", m_colours.dim, m_chart.yTitle,
             " transform=\"rotate(-90 12 " + pixels(middle) + ")\"");
    }

    void drawSeries(const ChartSeries& series, const std::string& stroke) {
        std::string path, dots;
        bool drawing = false; // a gap starts a new piece
        for (std::size_t i = 0; i < series.x.size(); ++i) {
            if (!drawable(series.y[i], m_y.logarithmic)) {
                drawing = false;
                continue;
            }
            const std::string x = pixels(m_x.at(series.x[i])), y = pixels(m_y.at(series.y[i]));
            path += (drawing ? "L" : "M") + x + " " + y;
            drawing = true;
            dots +=
                "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"2.4\"><title>" +
                escaped(series.name + ", " + m_chart.xTitle + " " + number(series.x[i]) + ": " + number(series.y[i])) +
                "</title></circle>\n";
        }
        if (m_chart.line && !path.empty())
            m_svg += "<path d=\"" + path + "\" style=\"fill:none;stroke:" + stroke + ";stroke-width:1.5\"/>\n";
        m_svg += "<g style=\"fill:" + stroke + "\">\n" + dots + "</g>\n";
    }

    std::optional<double> endOf(const ChartSeries& series) const {
        for (std::size_t i = series.y.size(); i-- > 0;)
            if (drawable(series.y[i], m_y.logarithmic))
                return m_y.at(series.y[i]);
        return std::nullopt;
    }

    // Names beside the right ends, pushed apart from the top, then back up from the bottom.
    void drawNames() {
        std::vector<std::pair<double, std::size_t>> places;
        for (std::size_t i = 0; i < m_chart.series.size(); ++i)
            if (const auto end = endOf(m_chart.series[i]))
                places.push_back({*end, i});
        std::sort(places.begin(), places.end());
        for (std::size_t i = 1; i < places.size(); ++i)
            places[i].first = std::max(places[i].first, places[i - 1].first + lineHeight);
        double limit = m_y.from;
        for (std::size_t i = places.size(); i-- > 0; limit = places[i].first - lineHeight)
            places[i].first = std::min(places[i].first, limit);
        for (const auto& [y, i] : places)
            text(m_x.to + gap, y + fontSize / 3, "start", colour(i), m_chart.series[i].name, " font-weight=\"600\"");
    }

    const Chart& m_chart;
    const ChartColours& m_colours;
    Axis m_x, m_y;
    int m_width, m_height;
    std::string m_svg;
};

} // namespace

std::vector<double> axisTicks(double lower, double upper, bool logarithmic) {
    std::vector<double> ticks;
    if (logarithmic && std::log10(upper / lower) >= 0.7) {
        const double decades = std::log10(upper / lower);
        const int stride = std::max(1, int(std::ceil(decades / 6)));
        for (int exponent = int(std::floor(std::log10(lower))); exponent <= std::log10(upper); exponent += stride)
            for (const double mantissa : {1.0, 2.0, 5.0}) {
                const double tick = mantissa * std::pow(10.0, exponent);
                if ((mantissa == 1 || decades < 2.2) && tick >= lower && tick <= upper)
                    ticks.push_back(tick);
            }
        return ticks;
    }
    const double rough = (upper - lower) / 5, power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double mantissa : {5.0, 2.0, 1.0})
        if (mantissa * power >= rough)
            step = mantissa * power;
    for (double index = std::ceil(lower / step); index * step <= upper; ++index)
        ticks.push_back(index * step + 0.0); // never minus zero
    return ticks;
}

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char c : text)
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        default:
            safe += c;
        }
    return safe;
}

std::string svgOf(const Chart& chart, const ChartColours& colours, int width, int height) {
    return Drawing(chart, colours, width, height).draw();
}

} // namespace awq::core

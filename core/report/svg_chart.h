// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a chart as SVG text, without a toolkit.
#pragma once

#include <string>
#include <vector>

#include "core/report/report_document.h"

namespace awq::core {

// CSS colours: names, #RRGGBB, or var(--name) where the surrounding page defines them.
struct ChartColours {
    std::string text, dim, axis, grid;
    std::vector<std::string> series;
};

// One SVG element of the given size in pixels: hairline axes, few ticks, series named at their right end.
std::string svgOf(const Chart& chart, const ChartColours& colours, int width, int height);

// The tick values of an axis: multiples of 1, 2 or 5 times a power of ten; decades on a logarithmic one.
std::vector<double> axisTicks(double lower, double upper, bool logarithmic);

// Text made safe inside SVG and HTML elements and attributes.
std::string escaped(const std::string& text);

} // namespace awq::core

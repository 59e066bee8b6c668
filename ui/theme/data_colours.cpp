// SPDX-License-Identifier: GPL-3.0-or-later
// Continuous colour scales, computed in OKLCH so that equal steps of value are equal steps of lightness.
#include "ui/theme/colours.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace awq::ui {

namespace {

double encoded(double linear) {
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}

struct LinearRgb {
    double red, green, blue;
    bool displayable() const {
        return std::min({red, green, blue}) >= -1e-6 && std::max({red, green, blue}) <= 1 + 1e-6;
    }
};

// OKLab (Björn Ottosson, 2020): lightness 0..1, chroma, hue in degrees.
LinearRgb fromOklch(double lightness, double chroma, double hue) {
    const double angle = hue * std::numbers::pi / 180;
    const double a = chroma * std::cos(angle), b = chroma * std::sin(angle);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

// The colour of this lightness and hue whose chroma is the largest displayable one up to the one asked for.
QColor colourOf(double lightness, double chroma, double hue) {
    double displayable = 0, wanted = chroma;
    if (fromOklch(lightness, wanted, hue).displayable())
        displayable = wanted;
    for (int i = 0; i < 20 && displayable < wanted; ++i) {
        const double middle = (displayable + wanted) / 2;
        (fromOklch(lightness, middle, hue).displayable() ? displayable : wanted) = middle;
    }
    const LinearRgb rgb = fromOklch(lightness, displayable, hue);
    const auto channel = [](double linear) { return float(encoded(std::clamp(linear, 0.0, 1.0))); };
    return QColor::fromRgbF(channel(rgb.red), channel(rgb.green), channel(rgb.blue));
}

} // namespace

QColor sequentialColour(double emphasis, bool dark) {
    const double t = std::clamp(emphasis, 0.0, 1.0);
    const double darkness = dark ? 1 - t : t; // pale yellow 0 .. teal .. indigo 1
    return colourOf(0.96 - 0.70 * darkness, 0.03 + 0.085 * std::sin(std::numbers::pi * (0.1 + 0.8 * darkness)),
                    100 + 180 * darkness);
}

QColor divergingColour(double value, bool dark) {
    const double v = std::clamp(value, -1.0, 1.0);
    const double lightness = dark ? 0.33 + 0.42 * std::abs(v) : 0.93 - 0.38 * std::abs(v);
    return colourOf(lightness, 0.15 * std::abs(v), v < 0 ? 257 : 55);
}

QColor missingColour(bool dark) {
    return dark ? QColor("#5A4650") : QColor("#D9C2CC");
}

} // namespace awq::ui

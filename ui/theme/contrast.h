// SPDX-License-Identifier: GPL-3.0-or-later
// Legibility of one colour on another, as WCAG 2.1 defines it.
#pragma once

#include <QColor>

namespace awq::ui {

// Relative luminance 0 (black) .. 1 (white) of an opaque sRGB colour (WCAG 2.1, "relative luminance").
double relativeLuminance(const QColor& colour);

// 1 (equal) .. 21 (black on white), in either order (WCAG 2.1, "contrast ratio").
double contrastRatio(const QColor& a, const QColor& b);

// The better readable of black and white on a background.
QColor inkOn(const QColor& background);

} // namespace awq::ui

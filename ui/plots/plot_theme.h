// SPDX-License-Identifier: GPL-3.0-or-later
// Colours, pens and fonts of a QCustomPlot: it ignores the palette, so every plot is painted from here.
#pragma once

class QCPAxis;
class QCPColorGradient;
class QCustomPlot;
class QString;

namespace awq::ui {

struct Colours;

// Background, axes, grid, ticks and fonts of every axis rectangle. Plottables and items are the plot's own business.
void applyTheme(QCustomPlot& canvas, const Colours& colours);

// Hairline left and bottom axis, few ticks, no frame; called once after construction.
void useQuietAxes(QCustomPlot& canvas);

// Linear axis whose tick labels stay short: a common power of ten moves into the title ("Loss (×10⁻⁴)").
// largest: the largest magnitude that will be shown.
void useLinearAxis(QCPAxis& axis, const QString& title, double largest);
void useLogAxis(QCPAxis& axis, const QString& title);
void useIndexAxis(QCPAxis& axis, const QString& title); // ticks at whole numbers only

// Gradients from ui/theme's scales; NaN gets the missing colour. sequential: level 0 is low emphasis; inverted: low
// values stand out.
enum class GradientKind { sequential, sequentialInverted, diverging };
QCPColorGradient gradientOf(GradientKind kind, const Colours& colours);

} // namespace awq::ui

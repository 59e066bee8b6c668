// SPDX-License-Identifier: GPL-3.0-or-later
// Small annotations several plots use. Private to ui/plots.
#pragma once

#include <qcustomplot.h>

#include "ui/theme/colours.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

// A straight dashed line across the axis rectangle at x (vertical) or y (horizontal), in plot coordinates.
inline QCPItemLine* makeReferenceLine(QCustomPlot* canvas, Qt::Orientation orientation) {
    auto* line = new QCPItemLine(canvas);
    line->setSelectable(false);
    const bool vertical = orientation == Qt::Vertical;
    for (QCPItemPosition* position : {line->start, line->end}) {
        position->setTypeX(vertical ? QCPItemPosition::ptPlotCoords : QCPItemPosition::ptAxisRectRatio);
        position->setTypeY(vertical ? QCPItemPosition::ptAxisRectRatio : QCPItemPosition::ptPlotCoords);
    }
    return line;
}

inline void placeReferenceLine(QCPItemLine* line, Qt::Orientation orientation, double at) {
    const bool vertical = orientation == Qt::Vertical;
    line->start->setCoords(vertical ? at : 0, vertical ? 0 : at);
    line->end->setCoords(vertical ? at : 1, vertical ? 1 : at);
}

inline QCPItemText* makeText(QCustomPlot* canvas, Qt::Alignment alignment) {
    auto* text = new QCPItemText(canvas);
    text->setSelectable(false);
    text->setPositionAlignment(alignment);
    text->setClipToAxisRect(false);
    const int padding = spacing().tight;
    text->setPadding(QMargins(padding, padding / 2, padding, padding / 2));
    return text;
}

// Secondary writing inside a plot, on a patch of the ground so that lines do not run through it.
inline void styleText(QCPItemText* text, const Colours& colours, const QColor& ink, bool bold = false) {
    QColor patch = colours.well;
    patch.setAlphaF(0.8f);
    text->setColor(ink);
    text->setBrush(patch);
    text->setFont(textFont(TextSize::small, bold));
}

template <typename Numbers>
QVector<double> toQVector(const Numbers& numbers) {
    return QVector<double>(numbers.begin(), numbers.end());
}

// Range of the finite values, empty (lower > upper) when there are none.
template <typename Numbers>
QCPRange finiteRange(const Numbers& numbers) {
    double lower = std::numeric_limits<double>::infinity(), upper = -lower;
    for (const double number : numbers)
        if (std::isfinite(number)) {
            lower = std::min(lower, number);
            upper = std::max(upper, number);
        }
    QCPRange range;
    range.lower = lower;
    range.upper = upper;
    return range;
}

// A little air around the data; logarithmic axes get it as a factor. An empty or single-valued range becomes one that
// can be drawn.
inline QCPRange padded(QCPRange range, bool logarithmic, double share = 0.06) {
    if (!(range.lower <= range.upper))
        return logarithmic ? QCPRange(0.1, 10) : QCPRange(0, 1);
    if (logarithmic) {
        const double factor = std::max(std::pow(range.upper / range.lower, share), 1.02);
        return {range.lower / factor, range.upper * factor};
    }
    double air = (range.upper - range.lower) * share;
    if (air <= 0)
        air = range.upper == 0 ? 1 : std::abs(range.upper) * share;
    return {range.lower - air, range.upper + air};
}

} // namespace awq::ui

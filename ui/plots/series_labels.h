// SPDX-License-Identifier: GPL-3.0-or-later
// Names written at the right end of curves, in the curve's colour, pushed apart where they would overlap.
#pragma once

#include <QColor>
#include <QString>
#include <vector>

class QCPItemText;
class QCustomPlot;

namespace awq::ui {

struct SeriesLabel {
    QString text;
    QColor colour;
    double y = 0; // value of the left axis at the curve's end
};

class SeriesLabels {
public:
    explicit SeriesLabels(QCustomPlot* canvas);

    // Reserves the right margin the longest name needs.
    void set(std::vector<SeriesLabel> labels);

private:
    void place();

    QCustomPlot* m_canvas;
    std::vector<SeriesLabel> m_labels;
    std::vector<QCPItemText*> m_items;
};

// Moves sorted centre positions apart until neighbours are at least `distance` apart, keeping their order and staying
// within [low, high] when there is room. Exposed for testing.
std::vector<double> spreadApart(std::vector<double> sortedCentres, double distance, double low, double high);

} // namespace awq::ui

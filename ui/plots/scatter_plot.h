// SPDX-License-Identifier: GPL-3.0-or-later
// One value against another, point by point: run A against run B, or input magnitude against error.
#pragma once

#include <vector>

#include "ui/plots/plot.h"

class QCPGraph;
class QCPItemLine;
class QCPItemText;

namespace awq::ui {

struct ScatterPoint {
    QString label;
    double x = 0, y = 0;
};

class ScatterPlot : public Plot {
    Q_OBJECT

public:
    // diagonal: draws x = y, gives both axes one range, and colours points by the side they lie on.
    ScatterPlot(const QString& name, bool logarithmic, bool diagonal, QWidget* parent = nullptr);

    void setAxisTitles(const QString& x, const QString& y);
    void setDecimals(int x, int y);  // of the numbers in the read-out; without a call they are written as losses
    void setLabelled(bool labelled); // names beside the points, when there are few
    void setPoints(std::vector<ScatterPoint> points); // not positive values are left out of a logarithmic picture
    void mark(int point);                             // -1: none
    DataTable dataTable() const override;

protected:
    int pointCount() const override { return int(m_points.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    int pointAt(const QPointF& pixel) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    static constexpr int mostLabels = 16;

    bool drawable(const ScatterPoint& point) const;
    void showLabels();

    const bool m_logarithmic, m_diagonal;
    QString m_xTitle, m_yTitle;
    std::vector<ScatterPoint> m_points;
    QCPGraph *m_above, *m_below, *m_mark; // above: y > x (all points without a diagonal)
    QCPItemLine* m_equal;
    QCPItemText* m_equalText;
    bool m_labelled = false;
    int m_xDecimals = -1, m_yDecimals = -1;
    std::vector<QCPItemText*> m_labels;
};

} // namespace awq::ui

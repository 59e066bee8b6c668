// SPDX-License-Identifier: GPL-3.0-or-later
// Memory over the time of a run, growing while it goes on.
#pragma once

#include <vector>

#include "ui/plots/plot.h"

class QCPGraph;

namespace awq::ui {

class SeriesLabels;

// A few named series of bytes over seconds. Points of one series come in the order of time.
class TimelinePlot : public Plot {
    Q_OBJECT

public:
    TimelinePlot(const QString& name, const QStringList& series, QWidget* parent = nullptr);
    ~TimelinePlot() override;

    // values: one per series, in bytes; negative: not known, leaves a gap.
    void appendPoint(double seconds, const std::vector<double>& values);
    // Everything at once: seconds[n], values[series][n].
    void setPoints(std::vector<double> seconds, std::vector<std::vector<double>> values);
    void clear();
    DataTable dataTable() const override;

protected:
    int pointCount() const override { return int(m_seconds.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    int pointAt(const QPointF& pixel) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    void useTimeAxis();
    double unit() const; // bytes of one axis unit
    void refill();

    QStringList m_series;
    std::vector<double> m_seconds;
    std::vector<std::vector<double>> m_values; // [series][point], bytes
    double m_largest = 0;
    std::vector<QCPGraph*> m_graphs;
    std::unique_ptr<SeriesLabels> m_labels;
};

} // namespace awq::ui

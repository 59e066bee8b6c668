// SPDX-License-Identifier: GPL-3.0-or-later
// Loss of every linear over the blocks of the model, one line per kind of linear; grows while a run goes on.
#pragma once

#include <map>
#include <vector>

#include "ui/plots/plot.h"

class QCPGraph;

namespace awq::ui {

class SeriesLabels;

struct LinearPoint {
    int block = 0;
    QString name;     // relative to the block: "mlp.down_proj"; its last part is the kind
    double value = 0; // positive; others are left out of the picture
};

class LinearLossPlot : public Plot {
    Q_OBJECT

public:
    // valueTitle: left axis, with unit.
    explicit LinearLossPlot(const QString& valueTitle, QWidget* parent = nullptr);
    ~LinearLossPlot() override;

    void setBlockCount(int blocks); // width of the picture; 0: as far as the points go
    void setPoints(std::vector<LinearPoint> points);
    void appendPoints(const std::vector<LinearPoint>& points); // costs what is new, however many there are
    void mark(int block, const QString& name);                 // the selected linear; block -1: none
    DataTable dataTable() const override;

signals:
    void linearPicked(int block, const QString& name);

protected:
    int pointCount() const override { return int(m_points.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    int pointAt(const QPointF& pixel) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    struct Series {
        QString kind;
        QCPGraph* graph = nullptr;
        int lastBlock = -1;
        bool severalInABlock = false; // experts: no line joins them
    };

    Series& seriesFor(const QString& kind);
    void addToGraph(const LinearPoint& point);

    const QString m_valueTitle;
    int m_blocks = 0;
    std::vector<LinearPoint> m_points;
    std::vector<Series> m_series;   // in order of appearance
    double m_least = 0, m_most = 0; // of the values drawn; 0: none
    int m_lastBlock = 0;
    QCPGraph* m_mark;
    std::unique_ptr<SeriesLabels> m_labels;
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// A matrix as colours, one cell per (row, group), shrunk honestly to what the screen can show and refined on zoom.
#pragma once

#include <memory>
#include <vector>

#include "ui/plots/heatmap_reduction.h"
#include "ui/plots/plot.h"

class QCPColorMap;
class QCPColorScale;
class QCPItemRect;
class QCPItemText;

namespace awq::ui {

struct HeatmapData {
    std::shared_ptr<const std::vector<float>> values; // [rows, columns] row-major; empty or null: no data
    std::int64_t rows = 0, columns = 0;
};

// What the values mean; fixed for the life of a plot.
struct HeatmapKind {
    QString name;                  // "Clip fraction"
    QString valueTitle;            // colour scale, with unit
    QString rowTitle, columnTitle; // axes: "Output row"
    QString rowsName, columnsName; // "rows", "groups"
    Reduction reduction = Reduction::maximum;
    bool lowStandsOut = false; // strong colours for low values
    bool logarithmic = false;  // colours by the logarithm; zero takes the lowest colour
    QString emptyMessage;
};
HeatmapKind clipFractionKind();
HeatmapKind weightErrorKind();

class HeatmapPlot : public Plot {
    Q_OBJECT

public:
    explicit HeatmapPlot(HeatmapKind kind, QWidget* parent = nullptr);

    void setData(HeatmapData data);
    // Frames a cell of the matrix, or with row -1 a whole column; column -1 takes the frame away.
    void mark(std::int64_t row, std::int64_t column);
    DataTable dataTable() const override;

    const ReducedMatrix& shown() const { return m_shown; } // as last drawn
    QString note() const;                                  // "max of 37 rows per cell", or empty

signals:
    void cellPicked(qint64 row, qint64 column); // of the matrix

protected:
    int pointCount() const override { return int(m_data.rows * m_data.columns); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    int pointAt(const QPointF& pixel) const override;
    int rowStride() const override { return int(m_data.columns * m_shown.rowsPerCell); }
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    void reduceToScreen();
    void fillMap();
    MatrixWindow visibleWindow() const;

    const HeatmapKind m_kind;
    HeatmapData m_data;
    ReducedMatrix m_shown;
    double m_lower = 0, m_upper = 1; // range of the colours, of the whole matrix
    QCPColorMap* m_map;
    QCPColorScale* m_scale;
    QCPItemRect* m_mark;
    QCPItemText* m_note;
};

} // namespace awq::ui

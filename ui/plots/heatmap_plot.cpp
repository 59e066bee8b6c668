// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of a matrix with QCPColorMap, kept far below the size where it paints wrong cells.
#include "ui/plots/heatmap_plot.h"

#include <algorithm>
#include <cmath>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"

namespace awq::ui {

namespace {

// Cells a window is asked to have on one axis: one per device pixel.
std::int64_t cellsFor(int pixels, double ratio) {
    return std::clamp<std::int64_t>(std::int64_t(pixels * ratio), 1, maxCellsPerAxis);
}

// Range of cell centres for a QCPColorMap axis. A single cell is drawn as two halves: the map cannot draw one alone.
QCPRange centresOf(std::int64_t first, std::int64_t cells, std::int64_t perCell) {
    const double begin = double(first) - 0.5, width = double(perCell) * double(cells);
    const double half = width / double(std::max<std::int64_t>(cells, 2)) / 2;
    return {begin + half, begin + width - half};
}

// The visible part of one axis in whole values, widened to cell borders on both sides.
std::pair<std::int64_t, std::int64_t> visibleSpan(const QCPRange& range, std::int64_t extent) {
    const auto first = std::clamp<std::int64_t>(std::int64_t(std::floor(range.lower + 0.5)), 0, extent - 1);
    const auto last = std::clamp<std::int64_t>(std::int64_t(std::ceil(range.upper - 0.5)), first, extent - 1);
    return {first, last - first + 1};
}

} // namespace

HeatmapKind clipFractionKind() {
    return {.name = HeatmapPlot::tr("Clip fraction"),
            .valueTitle = HeatmapPlot::tr("Kept share"),
            .rowTitle = HeatmapPlot::tr("Output row"),
            .columnTitle = HeatmapPlot::tr("Group"),
            .rowsName = HeatmapPlot::tr("rows"),
            .columnsName = HeatmapPlot::tr("groups"),
            .reduction = Reduction::minimum,
            .lowStandsOut = true,
            .emptyMessage = HeatmapPlot::tr("This linear was not clipped.")};
}

HeatmapKind weightErrorKind() {
    return {.name = HeatmapPlot::tr("Weight error"),
            .valueTitle = HeatmapPlot::tr("Mean squared error"),
            .rowTitle = HeatmapPlot::tr("Output row"),
            .columnTitle = HeatmapPlot::tr("Group"),
            .rowsName = HeatmapPlot::tr("rows"),
            .columnsName = HeatmapPlot::tr("groups"),
            .reduction = Reduction::maximum,
            .logarithmic = true,
            .emptyMessage = HeatmapPlot::tr("This linear was not quantized.")};
}

HeatmapPlot::HeatmapPlot(HeatmapKind kind, QWidget* parent)
    : Plot(kind.name, parent), m_kind(std::move(kind)), m_map(new QCPColorMap(canvas()->xAxis, canvas()->yAxis)),
      m_scale(new QCPColorScale(canvas())), m_mark(new QCPItemRect(canvas())),
      m_note(makeText(canvas(), Qt::AlignRight | Qt::AlignBottom)) {
    m_map->setInterpolate(false);
    m_map->setTightBoundary(false);
    canvas()->plotLayout()->addElement(0, 1, m_scale);
    canvas()->plotLayout()->setColumnSpacing(spacing().small);
    m_scale->setType(QCPAxis::atRight);
    m_scale->setBarWidth(spacing().small);
    m_scale->setRangeDrag(false);
    m_scale->setRangeZoom(false);
    m_scale->axis()->setSubTicks(false);
    m_scale->axis()->setTickLengthIn(0);
    m_map->setColorScale(m_scale);
    auto* margins = new QCPMarginGroup(canvas());
    canvas()->axisRect()->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    m_scale->setMarginGroup(QCP::msTop | QCP::msBottom, margins);
    canvas()->axisRect()->setMinimumMargins(
        QMargins(0, fontMetrics().height() + spacing().tight, 0, 0)); // room for the note
    canvas()->yAxis->setRangeReversed(true);
    canvas()->yAxis->grid()->setVisible(false);
    m_mark->setVisible(false);
    m_mark->setSelectable(false);
    m_note->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_note->position->setCoords(1, 0);
    useIndexAxis(*canvas()->xAxis, m_kind.columnTitle);
    useIndexAxis(*canvas()->yAxis, m_kind.rowTitle);
    setZoomable(true, true);
    connect(canvas(), &QCustomPlot::afterLayout, this, &HeatmapPlot::reduceToScreen);
    connect(this, &Plot::pointPicked, this,
            [this](int point) { emit cellPicked(point / m_data.columns, point % m_data.columns); });
    setMessage(tr("Pick a linear to see its %1.").arg(m_kind.name.toLower()));
}

void HeatmapPlot::setData(HeatmapData data) {
    m_data = std::move(data);
    const bool any = m_data.values && !m_data.values->empty();
    if (!any)
        m_data = {};
    m_shown = {};
    m_mark->setVisible(false);
    if (any) {
        const QCPRange range = finiteRange(*m_data.values);
        m_lower = range.lower;
        m_upper = range.upper;
    }
    dataChanged();
    if (!any)
        setMessage(m_kind.emptyMessage);
}

void HeatmapPlot::mark(std::int64_t row, std::int64_t column) {
    m_mark->setVisible(column >= 0 && column < m_data.columns);
    m_mark->topLeft->setCoords(double(column) - 0.5, row < 0 ? -0.5 : double(row) - 0.5);
    m_mark->bottomRight->setCoords(double(column) + 0.5, row < 0 ? double(m_data.rows) - 0.5 : double(row) + 0.5);
    replotLater();
}

MatrixWindow HeatmapPlot::visibleWindow() const {
    const auto [firstRow, rows] = visibleSpan(canvas()->yAxis->range(), m_data.rows);
    const auto [firstColumn, columns] = visibleSpan(canvas()->xAxis->range(), m_data.columns);
    return {firstRow, rows, firstColumn, columns};
}

// Runs after every layout, before drawing: cells follow the zoom and the size of the picture being drawn.
void HeatmapPlot::reduceToScreen() {
    if (!m_data.values)
        return;
    const MatrixWindow window = visibleWindow();
    const double ratio = canvas()->bufferDevicePixelRatio();
    const std::int64_t maxRows = cellsFor(canvas()->axisRect()->height(), ratio);
    const std::int64_t maxColumns = cellsFor(canvas()->axisRect()->width(), ratio);
    const bool enough = (window.rows + m_shown.rowsPerCell - 1) / m_shown.rowsPerCell <= maxRows;
    if (window == m_shown.window && enough && m_shown.cellRows > 0)
        return;
    m_shown = reduceMatrix(*m_data.values, m_data.columns, window, maxRows, maxColumns, m_kind.reduction);
    fillMap();
}

void HeatmapPlot::fillMap() {
    constexpr std::int64_t paintedWrongBeyond = 32768; // cells per axis of a QCPColorMap without interpolation
    if (m_shown.cellRows > paintedWrongBeyond || m_shown.cellColumns > paintedWrongBeyond)
        qFatal("heatmap of %lld x %lld cells", static_cast<long long>(m_shown.cellRows),
               static_cast<long long>(m_shown.cellColumns));
    const int width = int(std::max<std::int64_t>(m_shown.cellColumns, 2)),
              height = int(std::max<std::int64_t>(m_shown.cellRows, 2));
    m_map->data()->setSize(width, height);
    m_map->data()->setRange(centresOf(m_shown.window.firstColumn, m_shown.cellColumns, m_shown.columnsPerCell),
                            centresOf(m_shown.window.firstRow, m_shown.cellRows, m_shown.rowsPerCell));
    for (int x = 0; x < width; ++x)
        for (int y = 0; y < height; ++y)
            m_map->data()->setCell(x, y,
                                   double(m_shown.at(std::min<std::int64_t>(y, m_shown.cellRows - 1),
                                                     std::min<std::int64_t>(x, m_shown.cellColumns - 1))));
    m_note->setText(note());
}

QString HeatmapPlot::note() const {
    return m_shown.description(m_kind.reduction, m_kind.rowsName, m_kind.columnsName);
}

void HeatmapPlot::applyColours(const Colours& c) {
    m_map->setGradient(
        gradientOf(m_kind.lowStandsOut ? GradientKind::sequentialInverted : GradientKind::sequential, c));
    m_mark->setPen(QPen(c.text, 1.5));
    m_mark->setBrush(Qt::NoBrush);
    styleText(m_note, c, c.dimText);
}

void HeatmapPlot::fitAxes() {
    canvas()->xAxis->setRange(-0.5, std::max(double(m_data.columns), 1.0) - 0.5);
    canvas()->yAxis->setRange(-0.5, std::max(double(m_data.rows), 1.0) - 0.5);
    const bool logarithmic = m_kind.logarithmic && m_upper > 0;
    m_scale->setDataScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    QCPRange range(m_lower, m_upper);
    if (logarithmic) { // six decades at most, so that one zero does not flatten the rest
        range.lower = std::max(m_lower, m_upper * 1e-6);
        useLogAxis(*m_scale->axis(), m_kind.valueTitle);
    } else {
        useLinearAxis(*m_scale->axis(), m_kind.valueTitle, m_upper);
    }
    if (range.upper <= range.lower)
        range = padded(range, logarithmic);
    m_scale->setDataRange(range);
}

int HeatmapPlot::pointAt(const QPointF& pixel) const {
    const auto column =
        std::int64_t(std::floor(canvas()->xAxis->pixelToCoord(pixel.x()) + 0.5)) - m_shown.window.firstColumn;
    const auto row = std::int64_t(std::floor(canvas()->yAxis->pixelToCoord(pixel.y()) + 0.5)) - m_shown.window.firstRow;
    if (row < 0 || column < 0 || row >= m_shown.window.rows || column >= m_shown.window.columns)
        return -1;
    const auto [shownRow, shownColumn] =
        shownPosition(*m_data.values, m_data.columns, m_shown, row / m_shown.rowsPerCell,
                      column / m_shown.columnsPerCell, m_kind.reduction);
    return int(shownRow * m_data.columns + shownColumn);
}

QPointF HeatmapPlot::positionOf(int point) const {
    return {double(point % m_data.columns), double(point / m_data.columns)};
}

QString HeatmapPlot::textOf(int point) const {
    const float value = (*m_data.values)[size_t(point)];
    QStringList lines{tr("Row %1, group %2").arg(point / m_data.columns).arg(point % m_data.columns)};
    lines << QStringLiteral("%1 %2").arg(m_kind.name,
                                         m_kind.logarithmic ? app::lossText(value) : app::fixedText(value, 3));
    const QString reduced = note();
    if (!reduced.isEmpty())
        lines << reduced;
    return lines.join('\n');
}

DataTable HeatmapPlot::dataTable() const {
    DataTable table;
    table.headers << m_kind.rowTitle;
    for (std::int64_t column = 0; column < m_data.columns; ++column)
        table.headers << QStringLiteral("%1 %2").arg(m_kind.columnsName).arg(column);
    table.rows = m_data.rows;
    table.cell = [data = m_data](qsizetype row, int column) -> QVariant {
        return column == 0 ? QVariant(qint64(row)) : QVariant((*data.values)[size_t(row * data.columns + column - 1)]);
    };
    return table;
}

} // namespace awq::ui

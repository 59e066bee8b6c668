// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of losses by block.
#include "ui/plots/linear_loss_plot.h"

#include <algorithm>
#include <cmath>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"
#include "ui/plots/series_labels.h"

namespace awq::ui {

namespace {

constexpr size_t manyPoints = 2000;

QString kindOf(const QString& name) {
    return name.section('.', -1);
}

} // namespace

LinearLossPlot::LinearLossPlot(const QString& valueTitle, QWidget* parent)
    : Plot(tr("Loss by linear"), parent), m_valueTitle(valueTitle), m_mark(canvas()->addGraph()),
      m_labels(std::make_unique<SeriesLabels>(canvas())) {
    m_mark->setLineStyle(QCPGraph::lsNone);
    useIndexAxis(*canvas()->xAxis, tr("Block"));
    setZoomable(true, false);
    connect(this, &Plot::pointPicked, this,
            [this](int point) { emit linearPicked(m_points[size_t(point)].block, m_points[size_t(point)].name); });
    setMessage(tr("No linear is finished yet."));
}

LinearLossPlot::~LinearLossPlot() = default;

void LinearLossPlot::setBlockCount(int blocks) {
    m_blocks = blocks;
    fitAxes();
    replotLater();
}

LinearLossPlot::Series& LinearLossPlot::seriesFor(const QString& kind) {
    for (Series& series : m_series)
        if (series.kind == kind)
            return series;
    return m_series.emplace_back(Series{kind, canvas()->addGraph()});
}

void LinearLossPlot::addToGraph(const LinearPoint& point) {
    m_lastBlock = std::max(m_lastBlock, point.block);
    if (!(point.value > 0) || !std::isfinite(point.value))
        return;
    Series& series = seriesFor(kindOf(point.name));
    series.graph->addData(point.block, point.value);
    series.severalInABlock |= series.lastBlock == point.block;
    series.lastBlock = point.block;
    m_least = m_least > 0 ? std::min(m_least, point.value) : point.value;
    m_most = std::max(m_most, point.value);
}

void LinearLossPlot::setPoints(std::vector<LinearPoint> points) {
    for (const Series& series : m_series)
        canvas()->removeGraph(series.graph);
    m_series.clear();
    m_least = m_most = 0;
    m_lastBlock = 0;
    m_mark->data()->clear();
    m_points = std::move(points);
    for (const LinearPoint& point : m_points)
        addToGraph(point);
    dataChanged();
    if (m_points.empty())
        setMessage(tr("No linear is finished yet."));
}

void LinearLossPlot::appendPoints(const std::vector<LinearPoint>& points) {
    if (points.empty())
        return;
    for (const LinearPoint& point : points)
        addToGraph(point);
    m_points.insert(m_points.end(), points.begin(), points.end());
    dataAppended();
}

void LinearLossPlot::mark(int block, const QString& name) {
    m_mark->data()->clear();
    for (const LinearPoint& point : m_points)
        if (point.block == block && point.name == name && point.value > 0)
            m_mark->addData(block, point.value);
    replotLater();
}

// Discs cost ten times what dots do, which matters from thousands on: models of experts.
void LinearLossPlot::applyColours(const Colours& c) {
    std::vector<SeriesLabel> labels;
    const bool each = m_series.size() <= c.categories.size(), crowded = m_points.size() > manyPoints;
    for (size_t i = 0; i < m_series.size(); ++i) {
        const Series& series = m_series[i];
        const QColor colour = each ? c.categories[i] : c.awq;
        series.graph->setLineStyle(!series.severalInABlock && each ? QCPGraph::lsLine : QCPGraph::lsNone);
        series.graph->setPen(QPen(colour, 1.2));
        series.graph->setScatterStyle(
            crowded ? QCPScatterStyle(QCPScatterStyle::ssDot, QPen(colour, spacing().tight / 2), Qt::NoBrush, 1)
                    : QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, spacing().tight));
        if (each && series.graph->dataCount() > 0)
            labels.push_back({series.kind, colour, series.graph->data()->at(series.graph->dataCount() - 1)->value});
    }
    m_labels->set(std::move(labels));
    m_mark->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(c.text, 1.6), Qt::NoBrush, spacing().medium));
}

void LinearLossPlot::fitAxes() {
    useLogAxis(*canvas()->yAxis, m_valueTitle);
    canvas()->yAxis->setRange(padded(m_least > 0 ? QCPRange(m_least, m_most) : QCPRange(0.1, 10), true));
    canvas()->xAxis->setRange(-0.5, std::max({m_blocks - 1, m_lastBlock, 1}) + 0.5);
}

QPointF LinearLossPlot::positionOf(int point) const {
    const LinearPoint& p = m_points[size_t(point)];
    return {double(p.block), p.value > 0 ? p.value : canvas()->yAxis->range().lower};
}

int LinearLossPlot::pointAt(const QPointF& pixel) const {
    int nearest = -1;
    double distance = std::numeric_limits<double>::infinity();
    for (int point = 0; point < pointCount(); ++point) {
        const QPointF at = positionOf(point);
        const double away = std::hypot(canvas()->xAxis->coordToPixel(at.x()) - pixel.x(),
                                       canvas()->yAxis->coordToPixel(at.y()) - pixel.y());
        if (away < distance) {
            distance = away;
            nearest = point;
        }
    }
    return nearest;
}

QString LinearLossPlot::textOf(int point) const {
    const LinearPoint& p = m_points[size_t(point)];
    return tr("Block %1 · %2\n%3").arg(p.block).arg(p.name, app::lossText(p.value));
}

DataTable LinearLossPlot::dataTable() const {
    DataTable table;
    table.headers = QStringList{tr("Block"), tr("Linear"), m_valueTitle};
    table.rows = qsizetype(m_points.size());
    table.cell = [points = m_points](qsizetype row, int column) -> QVariant {
        const LinearPoint& p = points[size_t(row)];
        return column == 0 ? QVariant(p.block) : column == 1 ? QVariant(p.name) : QVariant(p.value);
    };
    return table;
}

} // namespace awq::ui

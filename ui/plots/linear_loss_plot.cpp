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

QCPGraph* LinearLossPlot::graphFor(const QString& kind) {
    for (const auto& [name, graph] : m_graphs)
        if (name == kind)
            return graph;
    m_graphs.emplace_back(kind, canvas()->addGraph());
    return m_graphs.back().second;
}

void LinearLossPlot::addToGraph(const LinearPoint& point) {
    if (point.value > 0)
        graphFor(kindOf(point.name))->addData(point.block, point.value);
}

void LinearLossPlot::setPoints(std::vector<LinearPoint> points) {
    for (const auto& [kind, graph] : m_graphs)
        canvas()->removeGraph(graph);
    m_graphs.clear();
    m_mark->data()->clear();
    m_points = std::move(points);
    for (const LinearPoint& point : m_points)
        addToGraph(point);
    dataChanged();
    if (m_points.empty())
        setMessage(tr("No linear is finished yet."));
}

void LinearLossPlot::appendPoint(LinearPoint point) {
    addToGraph(point);
    m_points.push_back(std::move(point));
    dataAppended();
}

void LinearLossPlot::mark(int block, const QString& name) {
    m_mark->data()->clear();
    for (const LinearPoint& point : m_points)
        if (point.block == block && point.name == name && point.value > 0)
            m_mark->addData(block, point.value);
    replotLater();
}

void LinearLossPlot::applyColours(const Colours& c) {
    std::vector<SeriesLabel> labels;
    const bool each = m_graphs.size() <= c.categories.size();
    for (size_t i = 0; i < m_graphs.size(); ++i) {
        const auto& [kind, graph] = m_graphs[i];
        const QColor colour = each ? c.categories[i] : c.awq;
        const bool oncePerBlock =
            std::adjacent_find(graph->data()->constBegin(), graph->data()->constEnd(),
                               [](auto& a, auto& b) { return a.key == b.key; }) == graph->data()->constEnd();
        graph->setLineStyle(oncePerBlock && each ? QCPGraph::lsLine : QCPGraph::lsNone);
        graph->setPen(QPen(colour, 1.2));
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, spacing().tight));
        if (each && graph->dataCount() > 0)
            labels.push_back({kind, colour, graph->data()->at(graph->dataCount() - 1)->value});
    }
    m_labels->set(std::move(labels));
    m_mark->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(c.text, 1.6), Qt::NoBrush, spacing().medium));
}

void LinearLossPlot::fitAxes() {
    QVector<double> values;
    int last = m_blocks - 1;
    for (const LinearPoint& point : m_points) {
        if (point.value > 0)
            values << point.value;
        last = std::max(last, point.block);
    }
    useLogAxis(*canvas()->yAxis, m_valueTitle);
    canvas()->yAxis->setRange(padded(finiteRange(values), true));
    canvas()->xAxis->setRange(-0.5, std::max(last, 1) + 0.5);
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

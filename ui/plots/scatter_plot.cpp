// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of point clouds.
#include "ui/plots/scatter_plot.h"

#include <cmath>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"

namespace awq::ui {

// Share of the axes left free around the points; names beside them need more.
static constexpr double air = 0.06, labelAir = 0.2;

static QString numberText(double value, int decimals) {
    return decimals < 0 ? app::lossText(value) : app::fixedText(value, decimals);
}

ScatterPlot::ScatterPlot(const QString& name, bool logarithmic, bool diagonal, QWidget* parent)
    : Plot(name, parent), m_logarithmic(logarithmic), m_diagonal(diagonal), m_above(canvas()->addGraph()),
      m_below(canvas()->addGraph()), m_mark(canvas()->addGraph()), m_equal(new QCPItemLine(canvas())),
      m_equalText(makeText(canvas(), Qt::AlignRight | Qt::AlignTop)) {
    for (QCPGraph* graph : {m_above, m_below, m_mark})
        graph->setLineStyle(QCPGraph::lsNone);
    m_equal->setSelectable(false);
    m_equal->setVisible(diagonal);
    m_equalText->setVisible(diagonal);
    m_equalText->setText(tr("equal"));
    canvas()->xAxis->grid()->setVisible(true);
    setZoomable(true, true);
    setMessage(tr("Nothing to compare yet."));
}

void ScatterPlot::setAxisTitles(const QString& x, const QString& y) {
    m_xTitle = x;
    m_yTitle = y;
    fitAxes();
    replotLater();
}

void ScatterPlot::setDecimals(int x, int y) {
    m_xDecimals = x;
    m_yDecimals = y;
}

void ScatterPlot::setLabelled(bool labelled) {
    m_labelled = labelled;
    showLabels();
}

void ScatterPlot::showLabels() {
    for (QCPItemText* label : m_labels)
        canvas()->removeItem(label);
    m_labels.clear();
    if (!m_labelled || pointCount() > mostLabels)
        return;
    for (const ScatterPoint& point : m_points) {
        if (!drawable(point))
            continue;
        QCPItemText* label = makeText(canvas(), Qt::AlignHCenter | Qt::AlignBottom);
        label->position->setCoords(point.x, point.y);
        label->setPadding(QMargins(0, 0, 0, spacing().small));
        label->setText(point.label);
        m_labels.push_back(label);
    }
}

bool ScatterPlot::drawable(const ScatterPoint& point) const {
    return std::isfinite(point.x) && std::isfinite(point.y) && (!m_logarithmic || (point.x > 0 && point.y > 0));
}

void ScatterPlot::setPoints(std::vector<ScatterPoint> points) {
    m_points = std::move(points);
    for (QCPGraph* graph : {m_above, m_below, m_mark})
        graph->data()->clear();
    for (const ScatterPoint& point : m_points)
        if (drawable(point))
            (m_diagonal && point.y <= point.x ? m_below : m_above)->addData(point.x, point.y);
    showLabels();
    dataChanged();
    if (m_points.empty())
        setMessage(tr("Nothing to compare yet."));
}

void ScatterPlot::mark(int point) {
    m_mark->data()->clear();
    if (point >= 0 && point < pointCount() && drawable(m_points[size_t(point)]))
        m_mark->addData(m_points[size_t(point)].x, m_points[size_t(point)].y);
    replotLater();
}

void ScatterPlot::applyColours(const Colours& c) {
    const QColor above = m_diagonal ? divergingColour(1, c.dark) : c.awq, below = divergingColour(-1, c.dark);
    const bool many = m_points.size() > 20000; // discs cost too much then
    const auto style = [&](const QColor& colour) {
        return many ? QCPScatterStyle(QCPScatterStyle::ssDot, colour, spacing().tight / 2)
                    : QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, spacing().tight + 1);
    };
    m_above->setScatterStyle(style(above));
    m_below->setScatterStyle(style(below));
    m_above->setPen(above);
    m_below->setPen(below);
    m_mark->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(c.text, 1.6), Qt::NoBrush, spacing().medium));
    m_equal->setPen(QPen(c.dimText, 1, Qt::DashLine));
    styleText(m_equalText, c, c.dimText);
    for (QCPItemText* label : m_labels) {
        styleText(label, c, c.text);
        label->setBrush(Qt::NoBrush);
    }
}

void ScatterPlot::fitAxes() {
    QVector<double> xs, ys;
    for (const ScatterPoint& point : m_points)
        if (drawable(point)) {
            xs << point.x;
            ys << point.y;
        }
    QCPRange xRange = finiteRange(xs), yRange = finiteRange(ys);
    if (m_diagonal && xRange.lower <= xRange.upper) {
        xRange.expand(yRange);
        yRange = xRange;
    }
    const auto useAxis = [this](QCPAxis* axis, const QString& title, const QCPRange& range) {
        m_logarithmic ? useLogAxis(*axis, title) : useLinearAxis(*axis, title, range.upper);
        axis->setRange(padded(range, m_logarithmic, m_labelled ? labelAir : air));
    };
    useAxis(canvas()->xAxis, m_xTitle, xRange);
    useAxis(canvas()->yAxis, m_yTitle, yRange);
    const QCPRange ends = canvas()->xAxis->range();
    m_equal->start->setCoords(ends.lower, ends.lower);
    m_equal->end->setCoords(ends.upper, ends.upper);
    m_equalText->position->setCoords(ends.upper, ends.upper);
}

QPointF ScatterPlot::positionOf(int point) const {
    return {m_points[size_t(point)].x, m_points[size_t(point)].y};
}

int ScatterPlot::pointAt(const QPointF& pixel) const {
    const double reach = spacing().page; // pixels
    int nearest = -1;
    double distance = reach;
    for (int point = 0; point < pointCount(); ++point) {
        if (!drawable(m_points[size_t(point)]))
            continue;
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

QString ScatterPlot::textOf(int point) const {
    const ScatterPoint& p = m_points[size_t(point)];
    return QStringLiteral("%1\n%2: %3\n%4: %5")
        .arg(p.label, m_xTitle, numberText(p.x, m_xDecimals), m_yTitle, numberText(p.y, m_yDecimals));
}

DataTable ScatterPlot::dataTable() const {
    DataTable table;
    table.headers = QStringList{tr("Name"), m_xTitle, m_yTitle};
    table.rows = qsizetype(m_points.size());
    table.cell = [points = m_points](qsizetype row, int column) -> QVariant {
        const ScatterPoint& p = points[size_t(row)];
        return column == 0 ? QVariant(p.label) : QVariant(column == 1 ? p.x : p.y);
    };
    return table;
}

} // namespace awq::ui

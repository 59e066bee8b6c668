// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of the two distributions as steps.
#include "ui/plots/histogram_plot.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"

namespace awq::ui {

HistogramPlot::HistogramPlot(QWidget* parent)
    : Plot(tr("Weights before and after"), parent), m_before(canvas()->addGraph()), m_after(canvas()->addGraph()),
      m_beforeText(makeText(canvas(), Qt::AlignRight | Qt::AlignTop)),
      m_afterText(makeText(canvas(), Qt::AlignRight | Qt::AlignTop)),
      m_note(makeText(canvas(), Qt::AlignLeft | Qt::AlignTop)) {
    for (QCPGraph* graph : {m_before, m_after})
        graph->setLineStyle(QCPGraph::lsStepCenter);
    for (QCPItemText* text : {m_beforeText, m_afterText, m_note})
        text->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_beforeText->setText(tr("before"));
    m_afterText->setText(tr("after"));
    m_beforeText->position->setCoords(1, 0);
    m_afterText->position->setParentAnchor(m_beforeText->bottomRight);
    m_afterText->position->setType(QCPItemPosition::ptAbsolute);
    m_afterText->position->setCoords(0, 0);
    m_note->position->setCoords(0, 0);
    setZoomable(true, false);
    setMessage(tr("Pick a linear to see its weights."));
}

void HistogramPlot::setHistogram(core::Histogram histogram) {
    m_histogram = std::move(histogram);
    update();
}

void HistogramPlot::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    update();
}

double HistogramPlot::binWidth() const {
    return (m_histogram.maximum - m_histogram.minimum) / double(m_histogram.before.size());
}

double HistogramPlot::centreOf(int bin) const {
    return m_histogram.minimum + (bin + 0.5) * binWidth();
}

void HistogramPlot::update() {
    const auto countsOf = [this](const std::vector<std::uint64_t>& counts) {
        QVector<double> values = toQVector(counts);
        for (double& value : values)
            if (m_logarithmic && value < 1)
                value = 0.5; // below one count, still on a logarithmic axis
        return values;
    };
    QVector<double> centres;
    for (int bin = 0; bin < pointCount(); ++bin)
        centres << centreOf(bin);
    m_before->setData(centres, countsOf(m_histogram.before), true);
    m_after->setData(centres, countsOf(m_histogram.after), true);
    m_note->setText(tr("%1 bins").arg(pointCount()));
    dataChanged();
    if (m_histogram.before.empty())
        setMessage(tr("No weights were counted for this linear."));
}

void HistogramPlot::applyColours(const Colours& c) {
    QColor ground = c.floatModel;
    ground.setAlphaF(0.25f);
    m_before->setPen(QPen(c.floatModel, 1));
    m_before->setBrush(ground);
    m_after->setPen(QPen(c.awq, 1.3));
    styleText(m_beforeText, c, c.floatModel, true);
    styleText(m_afterText, c, c.awq, true);
    styleText(m_note, c, c.dimText);
}

void HistogramPlot::fitAxes() {
    std::uint64_t most = 1;
    for (const auto* counts : {&m_histogram.before, &m_histogram.after})
        for (const std::uint64_t count : *counts)
            most = std::max(most, count);
    if (m_logarithmic) {
        useLogAxis(*canvas()->yAxis, tr("Weights per bin"));
        canvas()->yAxis->setRange(0.5, double(most) * 2);
    } else {
        useLinearAxis(*canvas()->yAxis, tr("Weights per bin"), double(most));
        canvas()->yAxis->setRange(0, double(most) * 1.08);
    }
    const double reach = std::max(std::abs(m_histogram.minimum), std::abs(m_histogram.maximum));
    useLinearAxis(*canvas()->xAxis, tr("Weight"), reach);
    canvas()->xAxis->setRange(padded({m_histogram.minimum, m_histogram.maximum}, false, 0.02));
}

QPointF HistogramPlot::positionOf(int point) const {
    return {centreOf(point), std::max(double(m_histogram.before[size_t(point)]), canvas()->yAxis->range().lower)};
}

int HistogramPlot::pointAt(const QPointF& pixel) const {
    if (pointCount() == 0 || binWidth() <= 0)
        return pointCount() - 1;
    const double bin = std::floor((canvas()->xAxis->pixelToCoord(pixel.x()) - m_histogram.minimum) / binWidth());
    return int(std::clamp(bin, 0.0, double(pointCount() - 1)));
}

QString HistogramPlot::textOf(int point) const {
    const double lower = m_histogram.minimum + point * binWidth();
    const size_t bin = size_t(point);
    return QStringList{tr("%1 to %2").arg(app::fixedText(lower, 5), app::fixedText(lower + binWidth(), 5)),
                       tr("before %1").arg(app::countText(qint64(m_histogram.before[bin]))),
                       tr("after %1").arg(app::countText(qint64(m_histogram.after[bin])))}
        .join('\n');
}

DataTable HistogramPlot::dataTable() const {
    DataTable table;
    table.headers = QStringList{tr("From"), tr("To"), tr("Weights before"), tr("Weights after")};
    table.rows = qsizetype(m_histogram.before.size());
    table.cell = [h = m_histogram, width = binWidth()](qsizetype row, int column) -> QVariant {
        if (column < 2)
            return h.minimum + double(row + column) * width;
        return quint64(column == 2 ? h.before[size_t(row)] : h.after[size_t(row)]);
    };
    return table;
}

} // namespace awq::ui

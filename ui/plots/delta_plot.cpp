// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of signed changes as few horizontal bars around zero.
#include "ui/plots/delta_plot.h"

#include <algorithm>
#include <cmath>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"

namespace awq::ui {

namespace {

void sortWorstFirst(std::vector<Delta>& deltas) {
    std::stable_sort(deltas.begin(), deltas.end(), [](const Delta& a, const Delta& b) { return a.value > b.value; });
}

std::vector<Delta> largestOf(std::vector<Delta> deltas, size_t count) {
    std::erase_if(deltas, [](const Delta& delta) { return !std::isfinite(delta.value); });
    std::stable_sort(deltas.begin(), deltas.end(),
                     [](const Delta& a, const Delta& b) { return std::abs(a.value) > std::abs(b.value); });
    deltas.resize(std::min(deltas.size(), count));
    sortWorstFirst(deltas);
    return deltas;
}

QString percent(double value) {
    return (value > 0 ? QStringLiteral("+") : QString()) + app::fixedText(value * 100, 1) + QStringLiteral(" %");
}

} // namespace

DeltaPlot::DeltaPlot(const QString& valueTitle, QWidget* parent)
    : Plot(tr("Change by linear"), parent), m_valueTitle(valueTitle),
      m_worse(new QCPBars(canvas()->yAxis, canvas()->xAxis)), m_better(new QCPBars(canvas()->yAxis, canvas()->xAxis)) {
    canvas()->yAxis->setRangeReversed(true);
    canvas()->yAxis->grid()->setVisible(false);
    canvas()->xAxis->grid()->setVisible(true);
    for (QCPBars* bars : {m_worse, m_better})
        bars->setWidth(0.7);
    connect(this, &Plot::pointPicked, this, [this](int point) { emit deltaPicked(m_drawn[size_t(point)].label); });
    setMessage(tr("Pick two runs to compare."));
}

void DeltaPlot::setDeltas(std::vector<Delta> deltas) {
    m_all = std::move(deltas);
    sortWorstFirst(m_all);
    choose();
}

size_t DeltaPlot::barsThatFit() const {
    const int axis = 3 * fontMetrics().height(); // ticks and title
    return size_t(std::clamp((height() - axis) / fontMetrics().height(), 4, int(maxBars)));
}

void DeltaPlot::resizeEvent(QResizeEvent* event) {
    Plot::resizeEvent(event);
    if (barsThatFit() != m_drawn.size() && !m_all.empty())
        choose();
}

void DeltaPlot::choose() {
    m_drawn = largestOf(m_all, barsThatFit());
    m_worse->data()->clear();
    m_better->data()->clear();
    for (size_t i = 0; i < m_drawn.size(); ++i)
        (m_drawn[i].value > 0 ? m_worse : m_better)->addData(double(i), m_drawn[i].value * 100);
    dataChanged();
    if (m_drawn.empty())
        setMessage(tr("Pick two runs to compare."));
}

void DeltaPlot::applyColours(const Colours& c) {
    m_worse->setPen(Qt::NoPen);
    m_worse->setBrush(divergingColour(1, c.dark));
    m_better->setPen(Qt::NoPen);
    m_better->setBrush(divergingColour(-1, c.dark));
    canvas()->xAxis->grid()->setZeroLinePen(QPen(c.hairline, 1));
    canvas()->yAxis->setTickLabelColor(c.text);
    canvas()->yAxis->setBasePen(Qt::NoPen);
}

void DeltaPlot::fitAxes() {
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    double largest = 0;
    for (size_t i = 0; i < m_drawn.size(); ++i) {
        ticker->addTick(double(i), m_drawn[i].label);
        largest = std::max(largest, std::abs(m_drawn[i].value) * 100);
    }
    canvas()->yAxis->setTicker(ticker);
    canvas()->yAxis->setRange(-0.6, std::max(double(m_drawn.size()), 1.0) - 0.4);
    useLinearAxis(*canvas()->xAxis, tr("%1 (%)").arg(m_valueTitle), 1);
    const double reach = largest > 0 ? largest * 1.05 : 1;
    canvas()->xAxis->setRange(-reach, reach); // zero stays in the middle
}

QPointF DeltaPlot::positionOf(int point) const {
    return {m_drawn[size_t(point)].value * 100, double(point)};
}

int DeltaPlot::pointAt(const QPointF& pixel) const {
    const double line = std::round(canvas()->yAxis->pixelToCoord(pixel.y()));
    return line >= 0 && line < pointCount() ? int(line) : -1;
}

QString DeltaPlot::textOf(int point) const {
    const Delta& delta = m_drawn[size_t(point)];
    return QStringLiteral("%1\n%2").arg(delta.label, percent(delta.value));
}

DataTable DeltaPlot::dataTable() const {
    DataTable table;
    table.headers = QStringList{tr("Linear"), tr("%1 (%)").arg(m_valueTitle)};
    table.rows = qsizetype(m_all.size());
    table.cell = [all = m_all](qsizetype row, int column) -> QVariant {
        return column == 0 ? QVariant(all[size_t(row)].label) : QVariant(all[size_t(row)].value * 100);
    };
    return table;
}

} // namespace awq::ui

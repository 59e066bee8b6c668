// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of perplexities as dots with whiskers.
#include "ui/plots/perplexity_plot.h"

#include <algorithm>
#include <cmath>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"

namespace awq::ui {

namespace {

QColor colourOf(const Colours& c, ModelKind kind, size_t index) {
    switch (kind) {
    case ModelKind::floatModel:
        return c.floatModel;
    case ModelKind::rtn:
        return c.rtn;
    case ModelKind::awq:
        return c.awq;
    case ModelKind::other:
        break;
    }
    return c.categories[2 + index % (c.categories.size() - 2)]; // the first two look like AWQ and RTN
}

} // namespace

PerplexityPlot::PerplexityPlot(QWidget* parent) : Plot(tr("Perplexity"), parent) {
    canvas()->yAxis->setRangeReversed(true);
    canvas()->yAxis->grid()->setVisible(false);
    canvas()->xAxis->grid()->setVisible(true);
    canvas()->yAxis->setBasePen(Qt::NoPen);
    setMessage(tr("Nothing evaluated yet."));
}

void PerplexityPlot::setDataset(const QString& dataset) {
    m_dataset = dataset;
    fitAxes();
    replotLater();
}

void PerplexityPlot::clearDrawn() {
    for (const Drawn& drawn : m_drawn) {
        canvas()->removePlottable(drawn.whisker);
        canvas()->removeGraph(drawn.dot);
        canvas()->removeItem(drawn.value);
    }
    m_drawn.clear();
}

void PerplexityPlot::setEntries(std::vector<PerplexityEntry> entries) {
    clearDrawn();
    m_entries = std::move(entries);
    for (size_t i = 0; i < m_entries.size(); ++i) {
        const PerplexityEntry& entry = m_entries[i];
        Drawn drawn;
        drawn.dot =
            canvas()->addGraph(canvas()->yAxis, canvas()->xAxis); // key: the line of the entry; value: perplexity
        drawn.dot->setLineStyle(QCPGraph::lsNone);
        drawn.dot->addData(double(i), entry.perplexity);
        drawn.whisker = new QCPErrorBars(canvas()->yAxis, canvas()->xAxis);
        drawn.whisker->setErrorType(QCPErrorBars::etValueError);
        drawn.whisker->setDataPlottable(drawn.dot);
        drawn.whisker->addData(entry.sigma);
        drawn.whisker->setVisible(entry.sigma > 0);
        drawn.value = makeText(canvas(), Qt::AlignHCenter | Qt::AlignBottom);
        drawn.value->position->setCoords(entry.perplexity, double(i) - 0.08);
        drawn.value->setText(valueText(entry));
        m_drawn.push_back(drawn);
    }
    dataChanged();
    if (m_entries.empty())
        setMessage(tr("Nothing evaluated yet."));
}

QString PerplexityPlot::valueText(const PerplexityEntry& entry) const {
    const QString value = app::fixedText(entry.perplexity, 3);
    return entry.sigma > 0 ? tr("%1 ± %2").arg(value, app::fixedText(entry.sigma, 3)) : value;
}

void PerplexityPlot::applyColours(const Colours& c) {
    for (size_t i = 0; i < m_drawn.size(); ++i) {
        const QColor colour = colourOf(c, m_entries[i].kind, i);
        m_drawn[i].dot->setPen(QPen(colour, 2));
        m_drawn[i].dot->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, spacing().small + 1));
        m_drawn[i].whisker->setPen(QPen(colour, 1.6));
        m_drawn[i].whisker->setWhiskerWidth(spacing().small);
        m_drawn[i].whisker->setSymbolGap(0);
        styleText(m_drawn[i].value, c, c.text, true);
    }
    canvas()->yAxis->setTickLabelColor(c.text);
    canvas()->yAxis->setBasePen(Qt::NoPen);
    canvas()->yAxis->setTickLabelFont(textFont(TextSize::base));
}

void PerplexityPlot::fitAxes() {
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    QVector<double> ends;
    for (size_t i = 0; i < m_entries.size(); ++i) {
        ticker->addTick(double(i), m_entries[i].label);
        ends << m_entries[i].perplexity - m_entries[i].sigma << m_entries[i].perplexity + m_entries[i].sigma;
    }
    canvas()->yAxis->setTicker(ticker);
    canvas()->yAxis->setRange(-0.7, std::max(double(m_entries.size()), 1.0) - 0.5);
    const QCPRange range = finiteRange(ends);
    useLinearAxis(*canvas()->xAxis, m_dataset.isEmpty() ? tr("Perplexity") : tr("Perplexity on %1").arg(m_dataset),
                  range.upper);
    canvas()->xAxis->setRange(padded(range, false, 0.2));
}

QSize PerplexityPlot::sizeHint() const {
    const int line = fontMetrics().height();
    return {Plot::sizeHint().width(), int(m_entries.size() + 2) * line * 5 / 2};
}

QPointF PerplexityPlot::positionOf(int point) const {
    return {m_entries[size_t(point)].perplexity, double(point)};
}

int PerplexityPlot::pointAt(const QPointF& pixel) const {
    const double line = std::round(canvas()->yAxis->pixelToCoord(pixel.y()));
    return line >= 0 && line < pointCount() ? int(line) : -1;
}

QString PerplexityPlot::textOf(int point) const {
    const PerplexityEntry& entry = m_entries[size_t(point)];
    QStringList lines{entry.label, tr("Perplexity %1").arg(valueText(entry))};
    if (point > 0 && m_entries.front().perplexity > 0)
        lines << tr("%1 % against %2")
                     .arg(app::fixedText((entry.perplexity / m_entries.front().perplexity - 1) * 100, 2),
                          m_entries.front().label);
    return lines.join('\n');
}

DataTable PerplexityPlot::dataTable() const {
    DataTable table;
    table.headers = QStringList{tr("Model"), tr("Perplexity"), tr("Standard error")};
    table.rows = qsizetype(m_entries.size());
    table.cell = [entries = m_entries](qsizetype row, int column) -> QVariant {
        const PerplexityEntry& entry = entries[size_t(row)];
        return column == 0 ? QVariant(entry.label) : QVariant(column == 1 ? entry.perplexity : entry.sigma);
    };
    return table;
}

} // namespace awq::ui

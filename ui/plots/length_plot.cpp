// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of document lengths.
#include "ui/plots/length_plot.h"

#include <algorithm>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"

namespace awq::ui {

LengthPlot::LengthPlot(QWidget* parent)
    : Plot(tr("Length of the documents"), parent), m_bars(new QCPBars(canvas()->xAxis, canvas()->yAxis)),
      m_windowLine(makeReferenceLine(canvas(), Qt::Vertical)),
      m_windowText(makeText(canvas(), Qt::AlignLeft | Qt::AlignTop)) {
    m_windowText->setText(tr("a window"));
    m_windowText->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    setZoomable(true, false);
    setMessage(tr("No document was read."));
}

void LengthPlot::setLengths(const std::vector<std::int64_t>& lengths, std::int64_t window) {
    m_window = window;
    m_counts.clear();
    m_bars->data()->clear();
    if (!lengths.empty()) {
        const qint64 longest = *std::max_element(lengths.begin(), lengths.end());
        m_width = longest / mostBins + 1;
        m_counts.assign(size_t(longest / m_width + 1), 0);
        for (const std::int64_t length : lengths)
            ++m_counts[size_t(length / m_width)];
    }
    m_bars->setWidth(double(m_width) * 0.9);
    for (int bin = 0; bin < pointCount(); ++bin)
        m_bars->addData(positionOf(bin).x(), positionOf(bin).y());
    dataChanged();
    if (m_counts.empty())
        setMessage(tr("No document was read."));
}

void LengthPlot::applyColours(const Colours& c) {
    m_bars->setPen(Qt::NoPen);
    m_bars->setBrush(c.floatModel);
    m_windowLine->setPen(QPen(c.awq, 1.3, Qt::DashLine));
    styleText(m_windowText, c, c.awq, true);
}

void LengthPlot::fitAxes() {
    const double longest = double(qint64(m_counts.size()) * m_width), window = double(m_window);
    const qint64 most = m_counts.empty() ? 1 : *std::max_element(m_counts.begin(), m_counts.end());
    useIndexAxis(*canvas()->xAxis, tr("Tokens of a document"));
    useIndexAxis(*canvas()->yAxis, tr("Documents"));
    canvas()->xAxis->setRange(0, std::max({1.0, longest, 1.15 * window}));
    canvas()->yAxis->setRange(0, double(most) * 1.08);
    placeReferenceLine(m_windowLine, Qt::Vertical, window);
    m_windowText->position->setCoords(window, 0);
}

QPointF LengthPlot::positionOf(int point) const {
    return {(point + 0.5) * double(m_width), double(m_counts[size_t(point)])};
}

QString LengthPlot::textOf(int point) const {
    return tr("%1 to %2 tokens\n%3 documents")
        .arg(app::countText(point * m_width), app::countText((point + 1) * m_width - 1),
             app::countText(m_counts[size_t(point)]));
}

DataTable LengthPlot::dataTable() const {
    DataTable table;
    table.headers = QStringList{tr("From (tokens)"), tr("To (tokens)"), tr("Documents")};
    table.rows = qsizetype(m_counts.size());
    table.cell = [counts = m_counts, width = m_width](qsizetype row, int column) -> QVariant {
        return column == 0 ? row * width : column == 1 ? (row + 1) * width - 1 : counts[size_t(row)];
    };
    return table;
}

} // namespace awq::ui

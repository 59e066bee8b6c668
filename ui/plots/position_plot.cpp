// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of loss differences over positions.
#include "ui/plots/position_plot.h"

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"

namespace awq::ui {

PositionPlot::PositionPlot(QWidget* parent)
    : Plot(tr("Loss difference by position"), parent), m_differences(canvas()->addGraph()),
      m_errors(new QCPErrorBars(canvas()->xAxis, canvas()->yAxis)),
      m_zero(makeReferenceLine(canvas(), Qt::Horizontal)) {
    m_errors->setErrorType(QCPErrorBars::etValueError);
    m_errors->setDataPlottable(m_differences);
    placeReferenceLine(m_zero, Qt::Horizontal, 0);
    setZoomable(true, false);
    setMessage(tr("Nothing compared yet."));
}

void PositionPlot::setPositions(std::vector<app::PositionLosses> positions) {
    m_positions = std::move(positions);
    m_differences->data()->clear();
    m_errors->data()->clear();
    for (int point = 0; point < pointCount(); ++point) {
        const QPointF at = positionOf(point);
        m_differences->addData(at.x(), at.y());
        m_errors->addData(m_positions[size_t(point)].sigma);
    }
    dataChanged();
    if (m_positions.empty())
        setMessage(tr("Nothing compared yet."));
}

void PositionPlot::applyColours(const Colours& c) {
    m_differences->setPen(QPen(c.awq, 1.6));
    m_differences->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, c.awq, c.awq, spacing().tight));
    QColor faint = c.awq;
    faint.setAlphaF(0.5f);
    m_errors->setPen(QPen(faint, 1));
    m_errors->setWhiskerWidth(spacing().tight);
    m_errors->setSymbolGap(0);
    m_zero->setPen(QPen(c.dimText, 1, Qt::DashLine));
}

void PositionPlot::fitAxes() {
    std::vector<double> xs{0}, ys{0};
    double largest = 0;
    for (const app::PositionLosses& range : m_positions) {
        xs.push_back(double(range.last));
        for (const double y : {range.difference - range.sigma, range.difference + range.sigma}) {
            ys.push_back(y);
            largest = std::max(largest, std::abs(y));
        }
    }
    useLinearAxis(*canvas()->xAxis, tr("Token of the window"), 0);
    useLinearAxis(*canvas()->yAxis, tr("Loss of B minus A (nats)"), largest);
    canvas()->xAxis->setRange(padded(finiteRange(xs), false, 0.02));
    canvas()->yAxis->setRange(padded(finiteRange(ys), false));
}

QPointF PositionPlot::positionOf(int point) const {
    const app::PositionLosses& range = m_positions[size_t(point)];
    return {double(range.first + range.last) / 2, range.difference};
}

QString PositionPlot::textOf(int point) const {
    const app::PositionLosses& range = m_positions[size_t(point)];
    return tr("Tokens %1 to %2\nDifference %3 ± %4\nA %5, B %6 nats\nKL divergence %7\n%8 predictions")
        .arg(app::countText(range.first), app::countText(range.last), app::fixedText(range.difference, 4),
             app::fixedText(range.sigma, 4), app::fixedText(range.nllA, 3), app::fixedText(range.nllB, 3),
             app::lossText(range.kl), app::countText(range.predictions));
}

DataTable PositionPlot::dataTable() const {
    DataTable table;
    table.headers = QStringList{tr("First token"),           tr("Last token"),          tr("Predictions"),
                                tr("Loss A (nats)"),         tr("Loss B (nats)"),       tr("Difference (nats)"),
                                tr("Standard error (nats)"), tr("KL divergence (nats)")};
    table.rows = qsizetype(m_positions.size());
    table.cell = [positions = m_positions](qsizetype row, int column) -> QVariant {
        const app::PositionLosses& p = positions[size_t(row)];
        const QVariant cells[] = {
            qint64(p.first), qint64(p.last), qint64(p.predictions), p.nllA, p.nllB, p.difference, p.sigma, p.kl};
        return cells[column];
    };
    return table;
}

} // namespace awq::ui

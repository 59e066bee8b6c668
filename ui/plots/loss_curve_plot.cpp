// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of the loss curve.
#include "ui/plots/loss_curve_plot.h"

#include <algorithm>
#include <cmath>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"
#include "ui/plots/series_labels.h"

namespace awq::ui {

namespace {

double lossWithoutScaling(const LossCurve& curve) {
    return curve.losses.empty() ? std::numeric_limits<double>::quiet_NaN() : curve.losses.front();
}

size_t chosenIndex(const LossCurve& curve) {
    const auto nearer = [&](double a, double b) {
        return std::abs(a - curve.bestRatio) < std::abs(b - curve.bestRatio);
    };
    return size_t(std::min_element(curve.ratios.begin(), curve.ratios.end(), nearer) - curve.ratios.begin());
}

double lastLoss(const LossCurve& curve) {
    const auto last =
        std::find_if(curve.losses.rbegin(), curve.losses.rend(), [](double loss) { return std::isfinite(loss); });
    return last == curve.losses.rend() ? 0 : *last;
}

QVector<double> lossesIn(const LossCurve& curve, double unit) {
    QVector<double> losses = toQVector(curve.losses);
    for (double& loss : losses)
        loss /= unit;
    return losses;
}

} // namespace

LossCurvePlot::LossCurvePlot(QWidget* parent)
    : Plot(tr("Loss by ratio"), parent), m_overlayLine(canvas()->addGraph()), m_line(canvas()->addGraph()),
      m_discarded(canvas()->addGraph()), m_baseline(makeReferenceLine(canvas(), Qt::Horizontal)),
      m_chosenLine(makeReferenceLine(canvas(), Qt::Vertical)),
      m_baselineText(makeText(canvas(), Qt::AlignRight | Qt::AlignBottom)),
      m_chosenText(makeText(canvas(), Qt::AlignLeft | Qt::AlignTop)), m_chosenDot(new QCPItemTracer(canvas())),
      m_labels(std::make_unique<SeriesLabels>(canvas())) {
    m_baselineText->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
    m_chosenText->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_discarded->setLineStyle(QCPGraph::lsNone);
    m_chosenDot->setStyle(QCPItemTracer::tsCircle);
    m_chosenDot->setSelectable(false);
    useLinearAxis(*canvas()->xAxis, tr("Ratio"), 1);
    setZoomable(true, false);
    setMessage(tr("Pick a linear to see its search."));
}

LossCurvePlot::~LossCurvePlot() = default;

void LossCurvePlot::setCurve(LossCurve curve) {
    m_curve = std::move(curve);
    update();
}

void LossCurvePlot::setOverlay(std::optional<LossCurve> overlay) {
    m_overlay = std::move(overlay);
    update();
}

double LossCurvePlot::unitOf(const LossCurve& curve) const {
    const double base = lossWithoutScaling(curve);
    return m_overlay && std::isfinite(base) && base > 0 ? base : 1;
}

void LossCurvePlot::update() {
    const double unit = unitOf(m_curve);
    m_line->setData(toQVector(m_curve.ratios), lossesIn(m_curve, unit), true);
    m_overlayLine->setVisible(m_overlay.has_value());
    if (m_overlay)
        m_overlayLine->setData(toQVector(m_overlay->ratios), lossesIn(*m_overlay, unitOf(*m_overlay)), true);
    const bool any = !m_curve.ratios.empty();
    const double base = lossWithoutScaling(m_curve) / unit;
    const bool hasBase = any && std::isfinite(base);
    m_baseline->setVisible(hasBase);
    m_baselineText->setVisible(hasBase);
    placeReferenceLine(m_baseline, Qt::Horizontal, base);
    m_baselineText->setText(tr("no scaling"));
    for (QCPAbstractItem* item : std::initializer_list<QCPAbstractItem*>{m_chosenLine, m_chosenText, m_chosenDot})
        item->setVisible(any);
    if (any) {
        const size_t chosen = chosenIndex(m_curve);
        const double ratio = m_curve.ratios[chosen];
        placeReferenceLine(m_chosenLine, Qt::Vertical, ratio);
        const bool flip = ratio > 0.7;  // keep the words inside
        const bool left = ratio > 0.45; // and apart from each other
        m_baselineText->setPositionAlignment((left ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignBottom);
        m_baselineText->position->setCoords(left ? 0.04 : 1, base);
        m_chosenText->setPositionAlignment((flip ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        m_chosenText->position->setCoords(ratio, 0);
        m_chosenText->setText(tr("chosen %1").arg(app::fixedText(ratio, 2)));
        m_chosenDot->position->setCoords(ratio, m_curve.losses[chosen] / unit);
        m_chosenDot->setVisible(std::isfinite(m_curve.losses[chosen]));
    }
    dataChanged();
    if (!any)
        setMessage(tr("This linear has no scale search."));
}

void LossCurvePlot::applyColours(const Colours& c) {
    m_line->setPen(QPen(c.awq, 1.6));
    m_line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, c.awq, c.awq, spacing().tight + 1));
    m_overlayLine->setPen(QPen(c.categories[4], 1.6));
    m_overlayLine->setScatterStyle(
        QCPScatterStyle(QCPScatterStyle::ssDisc, c.categories[4], c.categories[4], spacing().tight));
    m_discarded->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCross, c.error, Qt::NoBrush, spacing().small));
    m_baseline->setPen(QPen(c.dimText, 1, Qt::DashLine));
    m_chosenLine->setPen(QPen(c.dimText, 1, Qt::DotLine));
    m_chosenDot->setPen(QPen(c.awq, 2));
    m_chosenDot->setBrush(c.well);
    m_chosenDot->setSize(spacing().small + 2);
    styleText(m_baselineText, c, c.dimText);
    styleText(m_chosenText, c, c.text, true);
    std::vector<SeriesLabel> labels;
    if (m_overlay && !m_curve.losses.empty() && !m_overlay->losses.empty())
        labels = {{m_curve.name, c.awq, lastLoss(m_curve) / unitOf(m_curve)},
                  {m_overlay->name, c.categories[4], lastLoss(*m_overlay) / unitOf(*m_overlay)}};
    m_labels->set(std::move(labels));
}

void LossCurvePlot::fitAxes() {
    QVector<double> shown = lossesIn(m_curve, unitOf(m_curve));
    if (m_overlay)
        shown += lossesIn(*m_overlay, unitOf(*m_overlay));
    const QCPRange range = finiteRange(shown);
    const bool logarithmic = range.lower > 0 && range.upper / range.lower > 30;
    const QString title = m_overlay ? tr("Loss, relative to no scaling") : tr("Output MSE");
    if (logarithmic)
        useLogAxis(*canvas()->yAxis, title);
    else
        useLinearAxis(*canvas()->yAxis, title, range.upper);
    canvas()->yAxis->setRange(padded(range, logarithmic, 0.1));
    canvas()->xAxis->setRange(padded(finiteRange(m_curve.ratios), false, 0.03));
    const QCPRange drawn = canvas()->yAxis->range();
    const double floor =
        logarithmic ? drawn.lower * std::pow(drawn.upper / drawn.lower, 0.03) : drawn.lower + 0.03 * drawn.size();
    m_discarded->data()->clear();
    for (size_t i = 0; i < m_curve.losses.size(); ++i)
        if (!std::isfinite(m_curve.losses[i]))
            m_discarded->addData(m_curve.ratios[i], floor);
}

QPointF LossCurvePlot::positionOf(int point) const {
    const double loss = m_curve.losses[size_t(point)] / unitOf(m_curve);
    return {m_curve.ratios[size_t(point)], std::isfinite(loss) ? loss : canvas()->yAxis->range().lower};
}

QString LossCurvePlot::textOf(int point) const {
    const double loss = m_curve.losses[size_t(point)], base = lossWithoutScaling(m_curve);
    QStringList lines{tr("Ratio %1").arg(app::fixedText(m_curve.ratios[size_t(point)], 2))};
    if (!std::isfinite(loss))
        return (lines << tr("discarded: the loss was not finite")).join('\n');
    lines << tr("Loss %1").arg(app::lossText(loss));
    if (base > 0)
        lines << tr("%1 × no scaling").arg(app::fixedText(loss / base, 3));
    return lines.join('\n');
}

DataTable LossCurvePlot::dataTable() const {
    DataTable table;
    table.headers = {tr("Ratio"), tr("Loss of %1 (output MSE)").arg(m_curve.name)};
    if (m_overlay)
        table.headers << tr("Loss of %1 (output MSE)").arg(m_overlay->name);
    table.rows = qsizetype(m_curve.ratios.size());
    table.cell = [curve = m_curve, overlay = m_overlay](qsizetype row, int column) -> QVariant {
        const size_t i = size_t(row);
        if (column == 0)
            return curve.ratios[i];
        if (column == 1)
            return curve.losses[i];
        return i < overlay->losses.size() ? QVariant(overlay->losses[i]) : QVariant();
    };
    return table;
}

} // namespace awq::ui

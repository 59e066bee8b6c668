// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of channel scales as a line: bars are far too slow at this size.
#include "ui/plots/channel_scale_plot.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"
#include "ui/plots/series_labels.h"

namespace awq::ui {

namespace {

// Channels by descending scale.
std::vector<int> orderOf(const std::vector<float>& values) {
    std::vector<int> order(values.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return values[size_t(a)] > values[size_t(b)]; });
    return order;
}

void fill(QCPGraph* graph, std::vector<float> values, bool sorted) {
    if (sorted)
        std::sort(values.begin(), values.end(), std::greater<>());
    QVector<double> keys(qsizetype(values.size()));
    std::iota(keys.begin(), keys.end(), 0.0);
    graph->setData(keys, toQVector(values), true);
}

} // namespace

ChannelScalePlot::ChannelScalePlot(QWidget* parent)
    : Plot(tr("Channel scales"), parent), m_overlayLine(canvas()->addGraph()), m_line(canvas()->addGraph()),
      m_unity(makeReferenceLine(canvas(), Qt::Horizontal)), m_mark(new QCPItemRect(canvas())),
      m_labels(std::make_unique<SeriesLabels>(canvas())) {
    m_mark->setLayer("background");
    m_mark->setSelectable(false);
    m_mark->setVisible(false);
    for (QCPItemPosition* corner : {m_mark->topLeft, m_mark->bottomRight})
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
    placeReferenceLine(m_unity, Qt::Horizontal, 1);
    connect(this, &Plot::pointPicked, this, [this](int point) { emit channelPicked(channelOf(point)); });
    setZoomable(true, false);
    setMessage(tr("Pick a linear to see its channel scales."));
}

ChannelScalePlot::~ChannelScalePlot() = default;

void ChannelScalePlot::setScales(ChannelValues scales) {
    m_scales = std::move(scales);
    m_order = orderOf(m_scales.values);
    m_mark->setVisible(false);
    update();
}

void ChannelScalePlot::setOverlay(std::optional<ChannelValues> overlay) {
    m_overlay = std::move(overlay);
    update();
}

void ChannelScalePlot::setSorted(bool sorted) {
    m_sorted = sorted;
    update();
}

void ChannelScalePlot::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    update();
}

void ChannelScalePlot::markChannels(int first, int count) {
    m_mark->topLeft->setCoords(first - 0.5, 0);
    m_mark->bottomRight->setCoords(first + count - 0.5, 1);
    m_mark->setVisible(count > 0 && !m_sorted);
    replotLater();
}

void ChannelScalePlot::update() {
    fill(m_line, m_scales.values, m_sorted);
    m_overlayLine->setVisible(m_overlay.has_value());
    if (m_overlay)
        fill(m_overlayLine, m_overlay->values, m_sorted);
    if (m_sorted)
        m_mark->setVisible(false);
    dataChanged();
    if (m_scales.values.empty())
        setMessage(tr("This linear has no channel scales."));
}

void ChannelScalePlot::applyColours(const Colours& c) {
    m_line->setPen(QPen(c.awq, m_sorted ? 1.6 : 1));
    m_overlayLine->setPen(QPen(c.categories[4], m_sorted ? 1.6 : 1));
    m_unity->setPen(QPen(c.dimText, 1, Qt::DashLine));
    m_mark->setPen(Qt::NoPen);
    m_mark->setBrush(c.selection);
    std::vector<SeriesLabel> labels;
    if (m_overlay && m_line->dataCount() > 0 && m_overlayLine->dataCount() > 0)
        labels = {{m_scales.name, c.awq, m_line->data()->at(m_line->dataCount() - 1)->value},
                  {m_overlay->name, c.categories[4], m_overlayLine->data()->at(m_overlayLine->dataCount() - 1)->value}};
    m_labels->set(std::move(labels));
}

void ChannelScalePlot::fitAxes() {
    QCPRange range = finiteRange(m_scales.values);
    size_t longest = m_scales.values.size();
    if (m_overlay) {
        range.expand(finiteRange(m_overlay->values));
        longest = std::max(longest, m_overlay->values.size());
    }
    const bool logarithmic = m_logarithmic && range.lower > 0;
    const QString title = tr("Channel scale s");
    if (logarithmic)
        useLogAxis(*canvas()->yAxis, title);
    else
        useLinearAxis(*canvas()->yAxis, title, range.upper);
    canvas()->yAxis->setRange(padded(range, logarithmic));
    useIndexAxis(*canvas()->xAxis, m_sorted ? tr("Rank of the channel, largest scale first") : tr("Input channel"));
    canvas()->xAxis->setRange(-0.5, std::max(double(longest) - 0.5, 0.5));
}

QPointF ChannelScalePlot::positionOf(int point) const {
    return {double(point), double(m_scales.values[size_t(channelOf(point))])};
}

int ChannelScalePlot::pointAt(const QPointF& pixel) const {
    const double key = canvas()->xAxis->pixelToCoord(pixel.x());
    return m_scales.values.empty() ? -1 : int(std::clamp(std::round(key), 0.0, double(m_scales.values.size() - 1)));
}

QString ChannelScalePlot::textOf(int point) const {
    const int channel = channelOf(point);
    QStringList lines{tr("Channel %1").arg(channel)};
    if (m_sorted)
        lines << tr("Rank %1 of %2").arg(point + 1).arg(m_scales.values.size());
    lines << tr("s = %1").arg(app::fixedText(m_scales.values[size_t(channel)], 4));
    return lines.join('\n');
}

DataTable ChannelScalePlot::dataTable() const {
    DataTable table;
    table.headers = {tr("Channel"), tr("Scale of %1").arg(m_scales.name)};
    if (m_overlay)
        table.headers << tr("Scale of %1").arg(m_overlay->name);
    const std::vector<int> order = m_sorted ? m_order : std::vector<int>();
    table.rows = qsizetype(m_scales.values.size());
    table.cell = [scales = m_scales.values, overlay = m_overlay, order](qsizetype row, int column) -> QVariant {
        const size_t channel = order.empty() ? size_t(row) : size_t(order[size_t(row)]);
        if (column == 0)
            return qint64(channel);
        if (column == 1)
            return scales[channel];
        return channel < overlay->values.size() ? QVariant(overlay->values[channel]) : QVariant();
    };
    return table;
}

} // namespace awq::ui

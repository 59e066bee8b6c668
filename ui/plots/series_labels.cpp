// SPDX-License-Identifier: GPL-3.0-or-later
// Direct labels beside the axis rectangle.
#include "ui/plots/series_labels.h"

#include <qcustomplot.h>

#include <algorithm>
#include <numeric>

#include "ui/theme/tokens.h"

namespace awq::ui {

SeriesLabels::SeriesLabels(QCustomPlot* canvas) : m_canvas(canvas) {
    QObject::connect(canvas, &QCustomPlot::afterLayout, canvas, [this] { place(); });
}

void SeriesLabels::set(std::vector<SeriesLabel> labels) {
    m_labels = std::move(labels);
    while (m_items.size() > m_labels.size()) {
        m_canvas->removeItem(m_items.back());
        m_items.pop_back();
    }
    while (m_items.size() < m_labels.size()) {
        auto* item = new QCPItemText(m_canvas);
        item->setClipToAxisRect(false);
        item->setSelectable(false);
        item->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        item->position->setType(QCPItemPosition::ptAbsolute);
        m_items.push_back(item);
    }
    const QFontMetricsF metrics(textFont(TextSize::small, true));
    double widest = 0;
    for (size_t i = 0; i < m_labels.size(); ++i) {
        m_items[i]->setText(m_labels[i].text);
        m_items[i]->setColor(m_labels[i].colour);
        m_items[i]->setFont(textFont(TextSize::small, true));
        widest = std::max(widest, metrics.horizontalAdvance(m_labels[i].text));
    }
    const int reserved = m_labels.empty() ? spacing().small : int(widest) + 2 * spacing().small;
    m_canvas->axisRect()->setMinimumMargins(QMargins(0, 0, reserved, 0));
}

void SeriesLabels::place() {
    if (m_items.empty())
        return;
    const QRectF area = m_canvas->axisRect()->rect();
    std::vector<size_t> order(m_labels.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::vector<double> pixels;
    for (const SeriesLabel& label : m_labels)
        pixels.push_back(std::clamp(m_canvas->yAxis->coordToPixel(label.y), area.top(), area.bottom()));
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return pixels[a] < pixels[b]; });
    std::vector<double> sorted;
    for (const size_t i : order)
        sorted.push_back(pixels[i]);
    sorted = spreadApart(std::move(sorted), QFontMetricsF(textFont(TextSize::small, true)).height(), area.top(),
                         area.bottom());
    for (size_t k = 0; k < order.size(); ++k)
        m_items[order[k]]->position->setCoords(area.right() + spacing().small, sorted[k]);
}

std::vector<double> spreadApart(std::vector<double> centres, double distance, double low, double high) {
    for (size_t i = 1; i < centres.size(); ++i)
        centres[i] = std::max(centres[i], centres[i - 1] + distance);
    double limit = high;
    for (size_t i = centres.size(); i-- > 0; limit = centres[i] - distance)
        centres[i] = std::min(centres[i], limit);
    double floor = low;
    for (double& centre : centres) {
        centre = std::max(centre, floor);
        floor = centre + distance;
    }
    return centres;
}

} // namespace awq::ui

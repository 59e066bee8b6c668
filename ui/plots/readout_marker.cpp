// SPDX-License-Identifier: GPL-3.0-or-later
// Placing the cross-hair and its text inside the axis rectangle.
#include "ui/plots/readout_marker.h"

#include <qcustomplot.h>

#include "ui/theme/colours.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

namespace {

template <typename Item>
Item* itemOn(QCustomPlot* canvas, QCPLayer* layer) {
    auto* item = new Item(canvas);
    item->setLayer(layer);
    item->setSelectable(false);
    item->setVisible(false);
    return item;
}

} // namespace

ReadoutMarker::ReadoutMarker(QCustomPlot* canvas) : m_canvas(canvas) {
    canvas->addLayer("readout", canvas->layer("overlay"), QCustomPlot::limAbove);
    m_layer = canvas->layer("readout");
    m_layer->setMode(QCPLayer::lmBuffered);
    m_vertical = itemOn<QCPItemLine>(canvas, m_layer);
    m_horizontal = itemOn<QCPItemLine>(canvas, m_layer);
    m_dot = itemOn<QCPItemTracer>(canvas, m_layer);
    m_label = itemOn<QCPItemText>(canvas, m_layer);
    for (QCPItemLine* line : {m_vertical, m_horizontal})
        for (QCPItemPosition* position : line->positions())
            position->setType(QCPItemPosition::ptAbsolute);
    m_dot->setStyle(QCPItemTracer::tsCircle);
    m_dot->setSize(spacing().small);
    m_dot->position->setType(QCPItemPosition::ptAbsolute);
    m_label->position->setType(QCPItemPosition::ptAbsolute);
    m_label->setClipToAxisRect(false);
    m_label->setTextAlignment(Qt::AlignLeft);
    const int padding = spacing().tight;
    m_label->setPadding(QMargins(padding + 2, padding, padding + 2, padding));
    QObject::connect(canvas, &QCustomPlot::afterLayout, canvas, [this] { place(); });
}

void ReadoutMarker::applyColours(const Colours& c) {
    const QPen hair(c.dimText, 1, Qt::DotLine);
    m_vertical->setPen(hair);
    m_horizontal->setPen(hair);
    m_dot->setPen(QPen(c.text, 1.5));
    m_dot->setBrush(c.well);
    m_label->setFont(textFont(TextSize::small));
    m_label->setColor(c.text);
    m_label->setBrush(c.card);
    m_label->setPen(QPen(m_pinned ? c.accentText : c.hairline, 1));
}

void ReadoutMarker::show(const Readout& readout, bool pinned) {
    m_readout = readout;
    m_pinned = pinned;
    m_visible = true;
    m_label->setText(readout.text);
    m_label->setPen(
        QPen(pinned ? coloursFor(m_canvas->palette()).accentText : coloursFor(m_canvas->palette()).hairline, 1));
    setSuppressed(false);
    place();
    m_layer->replot();
}

void ReadoutMarker::hide() {
    if (!m_visible)
        return;
    m_visible = m_pinned = false;
    m_readout = {};
    setSuppressed(true);
    m_layer->replot();
}

void ReadoutMarker::setSuppressed(bool suppressed) {
    for (QCPAbstractItem* item : std::initializer_list<QCPAbstractItem*>{m_vertical, m_horizontal, m_dot, m_label})
        item->setVisible(m_visible && !suppressed);
}

void ReadoutMarker::place() {
    if (!m_visible)
        return;
    const QRectF area = m_canvas->axisRect()->rect();
    const QPointF at(m_canvas->xAxis->coordToPixel(m_readout.x), m_canvas->yAxis->coordToPixel(m_readout.y));
    m_vertical->start->setCoords(at.x(), area.top());
    m_vertical->end->setCoords(at.x(), area.bottom());
    m_horizontal->start->setCoords(area.left(), at.y());
    m_horizontal->end->setCoords(area.right(), at.y());
    m_dot->position->setCoords(at);
    // Beside the point, on the side with more room, and never outside the canvas.
    const QFontMetricsF metrics(m_label->font());
    const QSizeF size = metrics.boundingRect(QRectF(), Qt::AlignLeft, m_readout.text).size() +
                        QSizeF(2 * spacing().small, 2 * spacing().tight);
    const double gap = spacing().small;
    const bool right = at.x() + gap + size.width() <= m_canvas->width() - gap || at.x() < area.center().x();
    double left = right ? at.x() + gap : at.x() - gap - size.width();
    left = qBound(2.0, left, qMax(2.0, m_canvas->width() - size.width() - 2));
    double top = at.y() - gap - size.height();
    if (top < 2)
        top = at.y() + gap;
    top = qBound(2.0, top, qMax(2.0, m_canvas->height() - size.height() - 2));
    m_label->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_label->position->setCoords(left, top);
}

} // namespace awq::ui

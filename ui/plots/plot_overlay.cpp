// SPDX-License-Identifier: GPL-3.0-or-later
// Paints message, dimming and focus ring.
#include "ui/plots/plot_overlay.h"

#include <QPainter>

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

PlotOverlay::PlotOverlay(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    m_delay.setSingleShot(true);
    m_delay.setInterval(150);
    connect(&m_delay, &QTimer::timeout, this, [this] {
        m_dimmed = true;
        update();
    });
}

void PlotOverlay::setMessage(const QString& message) {
    m_message = message;
    update();
}

void PlotOverlay::setBusy(bool busy) {
    if (busy) {
        if (!m_dimmed && !m_delay.isActive())
            m_delay.start();
        return;
    }
    m_delay.stop();
    m_dimmed = false;
    update();
}

void PlotOverlay::setFocusRing(bool visible) {
    m_focusRing = visible;
    update();
}

void PlotOverlay::paintEvent(QPaintEvent*) {
    const Colours& c = coloursFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_message.isEmpty()) {
        painter.fillRect(rect(), c.well);
        painter.setPen(c.dimText);
        const int margin = spacing().page;
        painter.drawText(rect().adjusted(margin, 0, -margin, 0), Qt::AlignCenter | Qt::TextWordWrap, m_message);
    }
    if (m_dimmed) {
        QColor veil = c.well;
        veil.setAlphaF(0.7f);
        painter.fillRect(rect(), veil);
        const int side = iconSize();
        icon("busy", IconInk::dim)
            .paint(&painter, QRect(rect().center() - QPoint(side, side), QSize(2 * side, 2 * side)));
    }
    if (m_focusRing) {
        painter.setPen(QPen(c.accentText, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), cornerRadius(), cornerRadius());
    }
}

} // namespace awq::ui

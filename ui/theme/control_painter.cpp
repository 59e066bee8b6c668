// SPDX-License-Identifier: GPL-3.0-or-later
// Painting of the single controls.
#include "ui/theme/control_painter.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionProgressBar>

#include "ui/theme/colours.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

namespace {

// Antialiasing and no pen or brush left behind.
class PainterState {
public:
    explicit PainterState(QPainter* painter) : m_painter(painter) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
    }
    ~PainterState() { m_painter->restore(); }
    PainterState(const PainterState&) = delete;
    PainterState& operator=(const PainterState&) = delete;

private:
    QPainter* m_painter;
};

// The rectangle whose one-pixel border is sharp.
QRectF inner(const QRectF& rect) {
    return rect.adjusted(0.5, 0.5, -0.5, -0.5);
}

} // namespace

void ControlPainter::roundedFace(const QRectF& rect, const QColor& fill, const QColor& border, qreal radius) const {
    const PainterState state(painter);
    painter->setPen(border.isValid() ? QPen(border, 1) : QPen(Qt::NoPen));
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(inner(rect), radius, radius);
}

void ControlPainter::pushButton(bool primary, bool flat) const {
    const Colours& c = coloursFor(option->palette);
    const bool checked = option->state & QStyle::State_On;
    QColor fill = c.card, border = c.hairline;
    if (primary && enabled()) {
        fill = pressed() ? c.accent.darker(118) : hovered() ? c.accent.darker(108) : c.accent;
        border = fill;
    } else if (pressed() || checked) {
        fill = c.pressed;
    } else if (hovered()) {
        fill = c.hover;
    } else if (flat) {
        fill = border = QColor();
    }
    roundedFace(option->rect, fill, flat ? QColor() : border, cornerRadius());
}

void ControlPainter::toolButton() const {
    const Colours& c = coloursFor(option->palette);
    const bool checked = option->state & QStyle::State_On;
    if (pressed() || checked)
        roundedFace(option->rect, c.pressed, {}, cornerRadius());
    else if (hovered())
        roundedFace(option->rect, c.hover, {}, cornerRadius());
}

void ControlPainter::field() const {
    const Colours& c = coloursFor(option->palette);
    const QColor border = focused() ? c.accentText : c.hairline;
    roundedFace(option->rect, enabled() ? c.well : c.window, border, cornerRadius());
    if (focused())
        focusRing(option->rect);
}

void ControlPainter::focusRing(const QRect& rect) const {
    const PainterState state(painter);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(coloursFor(option->palette).accentText, 2));
    painter->drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), cornerRadius(), cornerRadius());
}

void ControlPainter::checkBox() const {
    const Colours& c = coloursFor(option->palette);
    const bool on = option->state & QStyle::State_On, partial = option->state & QStyle::State_NoChange;
    const bool filled = on || partial;
    const QColor accent = enabled() ? c.accent : c.disabledText;
    const QRectF box = option->rect;
    roundedFace(box, filled ? accent : hovered() ? c.hover : c.well, filled ? accent : c.dimText, box.width() / 4);
    const PainterState state(painter);
    painter->setPen(QPen(c.onAccent, box.width() / 8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const auto at = [&](double x, double y) { return QPointF(box.x() + x * box.width(), box.y() + y * box.height()); };
    if (on)
        painter->drawPolyline(QPolygonF{{at(0.24, 0.53), at(0.43, 0.71), at(0.76, 0.32)}});
    else if (partial)
        painter->drawLine(at(0.27, 0.5), at(0.73, 0.5));
}

void ControlPainter::radioButton() const {
    const Colours& c = coloursFor(option->palette);
    const bool on = option->state & QStyle::State_On;
    const QColor accent = enabled() ? c.accent : c.disabledText;
    const QRectF box = option->rect;
    roundedFace(box, on ? accent : hovered() ? c.hover : c.well, on ? accent : c.dimText, box.width() / 2);
    if (!on)
        return;
    const PainterState state(painter);
    painter->setPen(Qt::NoPen);
    painter->setBrush(c.onAccent);
    painter->drawEllipse(box.center(), box.width() * 0.19, box.width() * 0.19);
}

void ControlPainter::card() const {
    const Colours& c = coloursFor(option->palette);
    roundedFace(option->rect, c.card, c.hairline, cardCornerRadius());
}

void ControlPainter::frame() const {
    const PainterState state(painter);
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setPen(coloursFor(option->palette).hairline);
    painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
}

void ControlPainter::scrollBarHandle(const QRect& groove, const QRect& handle) const {
    const Colours& c = coloursFor(option->palette);
    const bool horizontal = groove.width() > groove.height();
    const qreal margin = (horizontal ? groove.height() : groove.width()) * (hovered() || pressed() ? 0.18 : 0.28);
    const QRectF bar = QRectF(handle).adjusted(margin, margin, -margin, -margin);
    const qreal radius = qMin(bar.width(), bar.height()) / 2;
    const PainterState state(painter);
    painter->setPen(Qt::NoPen);
    painter->setBrush(pressed() || hovered() ? c.dimText : c.hairline);
    painter->drawRoundedRect(bar, radius, radius);
}

void ControlPainter::progressBar(const QStyleOptionProgressBar& bar) const {
    const Colours& c = coloursFor(option->palette);
    const QRectF groove = option->rect;
    const qreal radius = qMin<qreal>(groove.height() / 2, cornerRadius());
    roundedFace(groove, c.pressed, {}, radius);
    QRectF done = inner(groove);
    if (bar.minimum == bar.maximum) { // unknown extent: a still, half-strength bar; motion is for real progress
        painter->save();
        painter->setOpacity(0.4);
        roundedFace(groove, c.accent, {}, radius);
        painter->restore();
        return;
    }
    done.setWidth(done.width() * (double(bar.progress) - bar.minimum) / (double(bar.maximum) - bar.minimum));
    const PainterState state(painter);
    QPainterPath clip;
    clip.addRoundedRect(inner(groove), radius, radius);
    painter->setClipPath(clip);
    painter->fillRect(done, enabled() ? c.accent : c.disabledText);
}

void ControlPainter::headerSection() const {
    const Colours& c = coloursFor(option->palette);
    const bool live = option->type == QStyleOption::SO_Header;
    painter->fillRect(option->rect, live && pressed() ? c.pressed : live && hovered() ? c.hover : c.card);
    bottomLine();
}

void ControlPainter::bottomLine() const {
    const QRect& r = option->rect;
    painter->fillRect(QRect(r.x(), r.bottom(), r.width(), 1), coloursFor(option->palette).hairline);
}

void ControlPainter::tab(const QStyleOptionTab& tab) const {
    const Colours& c = coloursFor(option->palette);
    const bool selected = tab.state & QStyle::State_Selected;
    if (hovered() && !selected)
        painter->fillRect(option->rect, c.hover);
    if (!selected)
        return bottomLine();
    QRect line = option->rect;
    line.setTop(line.bottom() - 1);
    painter->fillRect(line, c.accentText);
}

void ControlPainter::slider(const QRect& groove, const QRect& handle) const {
    const Colours& c = coloursFor(option->palette);
    const bool horizontal = groove.width() >= groove.height();
    QRectF line = groove;
    if (horizontal)
        line = QRectF(groove.x(), groove.center().y() - 1.5, groove.width(), 4);
    else
        line = QRectF(groove.center().x() - 1.5, groove.y(), 4, groove.height());
    roundedFace(line, c.hairline, {}, 2);
    const qreal side = qMin(handle.width(), handle.height());
    QRectF knob(0, 0, side, side);
    knob.moveCenter(QRectF(handle).center());
    roundedFace(knob, enabled() ? c.accent : c.disabledText, focused() ? c.text : c.card, side / 2);
}

void ControlPainter::chevron(const QRectF& rect, int degrees, bool dimmed) const {
    const Colours& c = coloursFor(option->palette);
    const PainterState state(painter);
    const qreal side = qMin(qMin(rect.width(), rect.height()), qreal(iconSize())) / 4;
    painter->translate(rect.center());
    painter->rotate(degrees);
    painter->setPen(QPen(!enabled() ? c.disabledText
                         : dimmed   ? c.dimText
                                    : c.text,
                         1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPolyline(QPolygonF{{{-side, -side / 2}, {0, side / 2}, {side, -side / 2}}});
}

} // namespace awq::ui

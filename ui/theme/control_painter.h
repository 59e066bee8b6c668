// SPDX-License-Identifier: GPL-3.0-or-later
// How single controls are drawn: small functions from a style option to paint. Only StudioStyle calls them.
#pragma once

#include <QStyleOption>

class QPainter;

namespace awq::ui {

struct ControlPainter {
    QPainter* painter;
    const QStyleOption* option;

    bool enabled() const { return option->state & QStyle::State_Enabled; }
    bool hovered() const { return enabled() && (option->state & QStyle::State_MouseOver); }
    bool pressed() const { return option->state & QStyle::State_Sunken; }
    bool focused() const { return option->state & QStyle::State_HasFocus; }

    void roundedFace(const QRectF& rect, const QColor& fill, const QColor& border, qreal radius) const;
    void pushButton(bool primary, bool flat) const;
    void toolButton() const;
    void field() const; // line edit, spin box, combo box ground
    void focusRing(const QRect& rect) const;
    void checkBox() const;
    void radioButton() const;
    void card() const;
    void frame() const; // hairline around wells
    void scrollBarHandle(const QRect& groove, const QRect& handle) const;
    void progressBar(const QStyleOptionProgressBar& bar) const;
    void headerSection() const;
    void bottomLine() const; // hairline along the lower edge
    void tab(const QStyleOptionTab& tab) const;
    void slider(const QRect& groove, const QRect& handle) const;
    void chevron(const QRectF& rect, int degrees, bool dimmed) const; // 0 points down, 180 up
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The look of the controls: Fusion's behaviour and geometry, flat rounded faces, one focus ring, thin scroll bars.
#pragma once

#include <QProxyStyle>

namespace awq::ui {

// Buttons understand two dynamic properties: "primary" (true: the one main action of a page, filled with the accent)
// and "flat" through QPushButton::setFlat (no face until hovered). Frames with the dynamic property "card" are drawn as
// cards.
class StudioStyle : public QProxyStyle {
    Q_OBJECT

public:
    StudioStyle();

    void polish(QWidget* widget) override;
    using QProxyStyle::polish;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* result) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                           const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl subControl,
                         const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const override;
    QIcon standardIcon(StandardPixmap pixmap, const QStyleOption* option, const QWidget* widget) const override;
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Distances scale with the line height of the application font, type with its point size.
#include "ui/theme/tokens.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QLayout>

namespace awq::ui {

namespace {

// Pixels at the reference font to pixels at the font in use.
int scaled(int pixels) {
    constexpr double referenceLineHeight = 18;
    const double factor = QFontMetricsF(QApplication::font()).height() / referenceLineHeight;
    return qMax(1, qRound(pixels * factor));
}

} // namespace

Spacing spacing() {
    return {scaled(4), scaled(8), scaled(12), scaled(16), scaled(24)};
}

QFont textFont(TextSize size, bool bold) {
    static constexpr int steps[] = {-1, 0, 2, 6};
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() + steps[int(size)]);
    if (bold)
        font.setWeight(QFont::DemiBold);
    return font;
}

QFont monospaceFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(QApplication::font().pointSizeF());
    return font;
}

int cornerRadius() {
    return scaled(6);
}
int cardCornerRadius() {
    return scaled(8);
}
int iconSize() {
    return scaled(16);
}

void applyPageSpacing(QLayout* layout) {
    const Spacing s = spacing();
    layout->setContentsMargins(s.page, s.page, s.page, s.page);
    layout->setSpacing(s.cardGap());
}

void applyCardSpacing(QLayout* layout) {
    const Spacing s = spacing();
    layout->setContentsMargins(s.cardPadding(), s.cardPadding(), s.cardPadding(), s.cardPadding());
    layout->setSpacing(s.small);
}

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes of the visual language: distances, radii and type, all derived from the application font.
#pragma once

#include <QFont>

class QLayout;
class QWidget;

namespace awq::ui {

// Device-independent pixels. At the reference font (line height 18) they are 4, 8, 12, 16, 24; nothing else is used
// between things.
struct Spacing {
    int tight, small, medium, large, page;
    int cardPadding() const { return large; }
    int cardGap() const { return medium; }
};
Spacing spacing();

enum class TextSize { small, base, heading, title }; // -1, 0, +2, +6 points against the application font

// The application font at that size; bold means weight 600.
QFont textFont(TextSize size, bool bold = false);

// Fixed-pitch companion for paths and log lines, at the base size.
QFont monospaceFont();

int cornerRadius();     // buttons, fields
int cardCornerRadius(); // cards
int iconSize();         // icons in buttons and rows

// Margins and gap of a page's outermost layout, and of a card's content.
void applyPageSpacing(QLayout* layout);
void applyCardSpacing(QLayout* layout);

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The two colour schemes of the window, and the colours that stand for data in every plot and table.
#pragma once

#include <QColor>
#include <QPalette>
#include <array>

namespace awq::ui {

// Surfaces, ink and signals of one scheme. Text colours reach 4.5:1 on window, card and well; hairlines 1.5:1.
struct Colours {
    bool dark;
    QColor window, card, well; // the page, a lifted surface on it, the ground of plots, tables and input fields
    QColor hover, pressed;     // neutral button faces
    QColor hairline, grid;     // borders and axes; the faint lines inside a plot
    QColor text, dimText;      // dimText: units, captions, secondary words
    QColor disabledText;
    QColor accent, onAccent;          // the one colour of action and selection, and the ink on it
    QColor accentText;                // the accent where it is ink: links, marked values
    QColor selection;                 // quiet selection ground of rows, under `text`
    QColor ok, warning, error;        // always beside an icon or a word
    QColor floatModel, rtn, awq;      // the same three everywhere in the program
    std::array<QColor, 8> categories; // told apart with any of the three colour-vision deficiencies
};

const Colours& lightColours();
const Colours& darkColours();

// The scheme a palette belongs to: dark when its window is darker than its text.
bool isDark(const QPalette& palette);
const Colours& coloursFor(const QPalette& palette);

QPalette paletteOf(const Colours& colours);

// Colour of a magnitude: emphasis 0 melts into the ground, 1 stands out. Lightness in OKLab is linear in emphasis; the
// dark scheme runs the same hues the other way.
QColor sequentialColour(double emphasis, bool dark);

// Colour of a signed value -1..1: blue, grey at zero, orange. Both arms have the same lightness at the same distance
// from zero.
QColor divergingColour(double value, bool dark);

// The colour of cells without a value (NaN): a neutral that neither scale contains.
QColor missingColour(bool dark);

} // namespace awq::ui

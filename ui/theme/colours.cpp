// SPDX-License-Identifier: GPL-3.0-or-later
// The light and the dark scheme as data, and the palettes made of them.
#include "ui/theme/colours.h"

namespace awq::ui {

const Colours& lightColours() {
    static const Colours colours{
        .dark = false,
        .window = "#F3F4F6",
        .card = "#FFFFFF",
        .well = "#FFFFFF",
        .hover = "#EEF0F3",
        .pressed = "#E2E5EA",
        .hairline = "#C3C8CF",
        .grid = "#E9EBEE",
        .text = "#1B1F24",
        .dimText = "#59626E",
        .disabledText = "#8A929C",
        .accent = "#1F66D1",
        .onAccent = "#FFFFFF",
        .accentText = "#1A5BBF",
        .selection = "#DCE9FB",
        .ok = "#1A7433",
        .warning = "#8A5700",
        .error = "#BF2424",
        .floatModel = "#4A535E",
        .rtn = "#C25E00",
        .awq = "#1F6FD1",
        .categories = {"#1F6FD1", "#C25E00", "#1E6761", "#AE7B98", "#500982", "#169DDA", "#694A00", "#561518"},
    };
    return colours;
}

const Colours& darkColours() {
    static const Colours colours{
        .dark = true,
        .window = "#14171B",
        .card = "#1C2025",
        .well = "#1C2025",
        .hover = "#2A2F36",
        .pressed = "#343A43",
        .hairline = "#434A54",
        .grid = "#292E35",
        .text = "#E6E9ED",
        .dimText = "#9CA5B1",
        .disabledText = "#6B737E",
        .accent = "#2C6FDE",
        .onAccent = "#FFFFFF",
        .accentText = "#7FB3FF",
        .selection = "#223A5E",
        .ok = "#5CC97B",
        .warning = "#E3AE4B",
        .error = "#FF8078",
        .floatModel = "#B4BDC8",
        .rtn = "#F0953A",
        .awq = "#6AA8FF",
        .categories = {"#6AA8FF", "#F0953A", "#A9D2A8", "#AF81A6", "#FDCE06", "#C63A4C", "#95FAFD", "#805CCF"},
    };
    return colours;
}

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightnessF() < palette.color(QPalette::WindowText).lightnessF();
}

const Colours& coloursFor(const QPalette& palette) {
    return isDark(palette) ? darkColours() : lightColours();
}

QPalette paletteOf(const Colours& c) {
    const std::pair<QPalette::ColorRole, QColor> roles[] = {
        {QPalette::Window, c.window},
        {QPalette::WindowText, c.text},
        {QPalette::Base, c.well},
        {QPalette::AlternateBase, c.dark ? c.card : c.window},
        {QPalette::Text, c.text},
        {QPalette::PlaceholderText, c.dimText},
        {QPalette::Button, c.card},
        {QPalette::ButtonText, c.text},
        {QPalette::BrightText, c.error},
        {QPalette::Highlight, c.accent},
        {QPalette::HighlightedText, c.onAccent},
        {QPalette::Link, c.accentText},
        {QPalette::LinkVisited, c.accentText},
        {QPalette::ToolTipBase, c.card},
        {QPalette::ToolTipText, c.text},
        {QPalette::Light, c.hover},
        {QPalette::Midlight, c.hover},
        {QPalette::Mid, c.hairline},
        {QPalette::Dark, c.hairline},
        {QPalette::Shadow, c.hairline},
    };
    QPalette palette;
    for (const auto& [role, colour] : roles)
        palette.setColor(role, colour);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::PlaceholderText})
        palette.setColor(QPalette::Disabled, role, c.disabledText);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.pressed);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, c.dimText);
    return palette;
}

} // namespace awq::ui

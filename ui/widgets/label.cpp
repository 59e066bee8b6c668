// SPDX-License-Identifier: GPL-3.0-or-later
// Font and colour of a Label.
#include "ui/widgets/label.h"

#include <QApplication>
#include <QEvent>

#include "ui/theme/colours.h"

namespace awq::ui {

static QColor inkColour(Ink ink, const Colours& colours) {
    switch (ink) {
    case Ink::normal:
        return colours.text;
    case Ink::dim:
        return colours.dimText;
    case Ink::accent:
        return colours.accentText;
    case Ink::ok:
        return colours.ok;
    case Ink::warning:
        return colours.warning;
    case Ink::error:
        return colours.error;
    }
    return colours.text;
}

Label::Label(const QString& text, TextSize size, Ink ink, bool bold, QWidget* parent)
    : QLabel(text, parent), m_size(size), m_ink(ink), m_bold(bold) {
    setTextFormat(Qt::PlainText);
    updateLook();
}

void Label::setInk(Ink ink) {
    m_ink = ink;
    updateLook();
}

void Label::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    switch (event->type()) {
    case QEvent::ApplicationFontChange:
    case QEvent::FontChange:
    case QEvent::PaletteChange:
        return updateLook();
    default:
        return;
    }
}

// Setting either sends a change event again: only what differs is set.
void Label::updateLook() {
    const QFont wanted = textFont(m_size, m_bold);
    if (font() != wanted)
        setFont(wanted);
    const QColor ink = inkColour(m_ink, coloursFor(QApplication::palette()));
    if (palette().color(QPalette::Active, QPalette::WindowText) == ink)
        return;
    QPalette inked;
    inked.setColor(QPalette::WindowText, ink);
    setPalette(inked);
}

Label* paragraph(const QString& text, TextSize size, Ink ink) {
    auto* label = new Label(text, size, ink);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace awq::ui

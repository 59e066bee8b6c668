// SPDX-License-Identifier: GPL-3.0-or-later
// Layout and heading of a card; StudioStyle draws the surface.
#include "ui/widgets/card.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/theme/tokens.h"

namespace awq::ui {

Card::Card(const QString& title, QWidget* parent)
    : QFrame(parent), m_title(new QLabel), m_header(new QWidget), m_headerLayout(new QHBoxLayout(m_header)),
      m_body(new QVBoxLayout) {
    setFrameShape(QFrame::StyledPanel);
    setProperty("card", true);
    m_headerLayout->setContentsMargins(0, 0, 0, 0);
    m_headerLayout->addWidget(m_title);
    m_headerLayout->addStretch();
    auto* outer = new QVBoxLayout(this);
    applyCardSpacing(outer);
    outer->addWidget(m_header);
    outer->addLayout(m_body, 1);
    m_body->setSpacing(spacing().small);
    setTitle(title);
    updateFonts();
}

void Card::setTitle(const QString& title) {
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    m_header->setVisible(!title.isEmpty() || m_headerLayout->count() > 2);
    setAccessibleName(title);
}

void Card::addHeaderWidget(QWidget* widget) {
    m_headerLayout->addWidget(widget);
    m_header->show();
}

void Card::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange)
        updateFonts();
}

void Card::updateFonts() {
    m_title->setFont(textFont(TextSize::heading, true));
}

} // namespace awq::ui

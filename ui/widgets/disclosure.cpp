// SPDX-License-Identifier: GPL-3.0-or-later
// Heading and body of a disclosure.
#include "ui/widgets/disclosure.h"

#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"

namespace awq::ui {

Disclosure::Disclosure(const QString& title, QWidget* parent)
    : QWidget(parent), m_heading(new QToolButton), m_content(new Card) {
    m_heading->setText(title);
    m_heading->setAccessibleName(title);
    m_heading->setObjectName(QStringLiteral("disclosure"));
    m_heading->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_heading->setAutoRaise(true);
    m_heading->setCheckable(true);
    m_heading->setIconSize({iconSize(), iconSize()});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().small);
    layout->addWidget(m_heading, 0, Qt::AlignLeft);
    layout->addWidget(m_content);
    connect(m_heading, &QToolButton::toggled, this, &Disclosure::setOpen);
    setOpen(false);
}

void Disclosure::setContent(QLayout* content) {
    static_cast<Card*>(m_content)->body()->addLayout(content);
}

void Disclosure::setOpen(bool open) {
    m_heading->setChecked(open);
    m_heading->setIcon(icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    m_content->setVisible(open);
}

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Layout of an empty state.
#include "ui/widgets/empty_state.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/theme/icons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel), m_sentence(new Label({}, TextSize::heading, Ink::normal, true)),
      m_detail(new Label({}, TextSize::base, Ink::dim)), m_buttons(new QHBoxLayout) {
    for (QLabel* label : {m_icon, static_cast<QLabel*>(m_sentence), static_cast<QLabel*>(m_detail)})
        label->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_detail->setWordWrap(true);
    const Spacing s = spacing();
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(s.medium);
    layout->addStretch(2);
    layout->addWidget(m_icon);
    layout->addWidget(m_sentence);
    layout->addWidget(m_detail);
    layout->addSpacing(s.small);
    m_buttons->setSpacing(s.small);
    layout->addLayout(m_buttons);
    layout->addStretch(3);
}

void EmptyState::show(const QString& iconName, const QString& sentence, const QString& detail,
                      const std::vector<Action>& actions) {
    const int size = 3 * iconSize();
    m_icon->setPixmap(icon(iconName, IconInk::dim).pixmap(QSize(size, size), devicePixelRatioF()));
    m_sentence->setText(sentence);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    clearLayout(m_buttons);
    m_buttons->addStretch();
    for (std::size_t i = 0; i < actions.size(); ++i)
        m_buttons->addWidget(actionButton(actions[i], this, i == 0 ? ButtonRole::primary : ButtonRole::normal));
    m_buttons->addStretch();
}

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Grid of named values.
#include "ui/widgets/facts.h"

#include <QGridLayout>

#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

Facts::Facts(int columns, QWidget* parent) : QWidget(parent), m_columns(columns), m_grid(new QGridLayout(this)) {
    const Spacing s = spacing();
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(s.page);
    m_grid->setVerticalSpacing(s.medium);
    for (int column = 0; column < columns; ++column)
        m_grid->setColumnStretch(column, 1);
}

void Facts::setFacts(const std::vector<Fact>& facts) {
    clearLayout(m_grid);
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const Fact& fact = facts[i];
        auto* name = new Label(fact.name, TextSize::small, Ink::dim);
        auto* value = paragraph(fact.value);
        value->setAccessibleName(fact.name + QStringLiteral(": ") + fact.value);
        for (Label* label : {name, value})
            label->setToolTip(fact.explanation);
        auto* pair = new QVBoxLayout;
        pair->setSpacing(spacing().tight / 2);
        pair->addWidget(name);
        pair->addWidget(value);
        m_grid->addLayout(pair, int(i) / m_columns, int(i) % m_columns, Qt::AlignTop);
    }
}

} // namespace awq::ui

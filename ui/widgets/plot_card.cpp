// SPDX-License-Identifier: GPL-3.0-or-later
// Cards for plots and the grid they lie in.
#include "ui/widgets/plot_card.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/plots/plot.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"

namespace awq::ui {

PlotCard::PlotCard(Plot* plot, QWidget* parent)
    : Card(plot->name(), parent), m_plot(plot), m_switches(new QHBoxLayout) {
    const Spacing s = spacing();
    layout()->setContentsMargins(s.medium, s.small, s.medium, s.small);
    layout()->setSpacing(0);
    body()->addWidget(plot, 1);
    auto* switches = new QWidget;
    switches->setLayout(m_switches);
    m_switches->setContentsMargins(0, 0, 0, 0);
    m_switches->setSpacing(s.tight);
    addHeaderWidget(switches);
    m_enlarge = iconButton("fit", {});
    m_enlarge->setCheckable(true);
    setEnlarged(false);
    connect(m_enlarge, &QToolButton::clicked, this, &PlotCard::enlargeRequested);
    QToolButton* menu = iconButton("more", tr("Export, copy, show as table: %1").arg(plot->name()));
    menu->setPopupMode(QToolButton::InstantPopup);
    menu->setMenu(plot->contextMenu());
    addHeaderWidget(m_enlarge);
    addHeaderWidget(menu);
}

QToolButton* PlotCard::addSwitch(const QString& text, const QString& explanation) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFont(textFont(TextSize::small));
    button->setToolTip(explanation);
    button->setAccessibleName(tr("%1: %2").arg(m_plot->name(), text));
    m_switches->addWidget(button);
    return button;
}

void PlotCard::setEnlarged(bool enlarged) {
    const QString name = enlarged ? tr("Show all plots") : tr("Enlarge: %1").arg(m_plot->name());
    m_enlarge->setChecked(enlarged);
    m_enlarge->setToolTip(name);
    m_enlarge->setAccessibleName(name);
}

PlotGrid::PlotGrid(const std::vector<PlotCard*>& cards, QWidget* parent)
    : QWidget(parent), m_cards(cards), m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(spacing().cardGap());
    for (PlotCard* card : m_cards) {
        card->setParent(this);
        connect(card, &PlotCard::enlargeRequested, this,
                [this, card](bool enlarge) { this->enlarge(enlarge ? card : nullptr); });
    }
}

void PlotGrid::arrange(const Rows& rows) {
    if (rows == m_rows)
        return;
    m_rows = rows;
    place();
}

void PlotGrid::enlarge(PlotCard* card) {
    m_enlarged = card;
    place();
}

void PlotGrid::place() {
    const Rows rows = m_enlarged ? Rows{{m_enlarged}} : m_rows;
    for (PlotCard* card : m_cards)
        m_grid->removeWidget(card);
    std::vector<PlotCard*> shown;
    for (int row = 0; row < std::max(m_grid->rowCount(), int(rows.size())); ++row)
        m_grid->setRowStretch(row, row < int(rows.size()) ? 1 : 0);
    for (const int column : {0, 1})
        m_grid->setColumnStretch(column, 1);
    for (size_t row = 0; row < rows.size(); ++row)
        for (size_t column = 0; column < rows[row].size(); ++column) {
            m_grid->addWidget(rows[row][column], int(row), int(column), 1, rows[row].size() == 1 ? 2 : 1);
            shown.push_back(rows[row][column]);
        }
    for (PlotCard* card : m_cards) {
        card->setVisible(std::find(shown.begin(), shown.end(), card) != shown.end());
        card->setEnlarged(card == m_enlarged);
    }
}

void PlotGrid::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && m_enlarged)
        return enlarge(nullptr);
    QWidget::keyPressEvent(event);
}

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// A card around a plot: heading, switches, the plot's menu as a button, and a way to give it the whole area.
#pragma once

#include <vector>

#include "ui/widgets/card.h"

class QGridLayout;
class QHBoxLayout;
class QToolButton;

namespace awq::ui {

class Plot;

class PlotCard : public Card {
    Q_OBJECT

public:
    explicit PlotCard(Plot* plot, QWidget* parent = nullptr);

    Plot* plot() const { return m_plot; }
    // A button in the heading that stays down: a way of drawing ("Sorted", "Log").
    QToolButton* addSwitch(const QString& text, const QString& explanation);
    void setEnlarged(bool enlarged); // only the button's face; the grid does the rest

signals:
    void enlargeRequested(bool enlarge);

private:
    Plot* m_plot;
    QHBoxLayout* m_switches;
    QToolButton* m_enlarge;
};

// Rows of cards, of which any one can take the whole area for a while; Esc brings the others back.
class PlotGrid : public QWidget {
    Q_OBJECT

public:
    using Rows = std::vector<std::vector<PlotCard*>>; // one or two cards a row

    explicit PlotGrid(const std::vector<PlotCard*>& cards, QWidget* parent = nullptr);

    void arrange(const Rows& rows); // cards not named are hidden
    void enlarge(PlotCard* card);   // null: all again
    PlotCard* enlarged() const { return m_enlarged; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void place();

    const std::vector<PlotCard*> m_cards;
    Rows m_rows;
    QGridLayout* m_grid;
    PlotCard* m_enlarged = nullptr;
};

} // namespace awq::ui

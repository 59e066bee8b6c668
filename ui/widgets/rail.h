// SPDX-License-Identifier: GPL-3.0-or-later
// The list of pages at the left edge, each with its state.
#pragma once

#include <QToolButton>
#include <QWidget>
#include <vector>

#include "ui/pages/page.h"

class QVBoxLayout;

namespace awq::ui {

class RailButton : public QToolButton {
    Q_OBJECT

public:
    explicit RailButton(const Page& page, QWidget* parent = nullptr);

    void setState(PageState state);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    PageState m_state = PageState::todo;
};

class Rail : public QWidget {
    Q_OBJECT

public:
    explicit Rail(QWidget* parent = nullptr);

    void addPage(Page* page);
    void setCurrent(int index);

signals:
    void chosen(int index);

private:
    QVBoxLayout* m_layout;
    std::vector<RailButton*> m_buttons;
};

} // namespace awq::ui

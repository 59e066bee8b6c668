// SPDX-License-Identifier: GPL-3.0-or-later
// Buttons of the rail and the signs of their states.
#include "ui/widgets/rail.h"

#include <QPainter>
#include <QVBoxLayout>

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

namespace {

struct Sign {
    const char* icon; // empty: none
    IconInk ink;
};

// In the order of PageState.
const Sign signs[] = {{"", IconInk::dim},
                      {"", IconInk::dim},
                      {"busy", IconInk::accent},
                      {"ok", IconInk::ok},
                      {"warning", IconInk::warning}};

} // namespace

RailButton::RailButton(const Page& page, QWidget* parent) : QToolButton(parent) {
    setObjectName(QStringLiteral("rail.") + page.objectName());
    setText(page.title());
    setIcon(ui::icon(page.iconName()));
    setIconSize({ui::iconSize(), ui::iconSize()});
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setCheckable(true);
    setAutoExclusive(true);
    setAutoRaise(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(page.title());
    setState(page.state());
}

void RailButton::setState(PageState state) {
    m_state = state;
    setAccessibleDescription(stateText(state));
    setToolTip(tr("%1: %2").arg(text(), stateText(state)));
    update();
}

QSize RailButton::sizeHint() const {
    const Spacing s = spacing();
    return {s.medium + 2 * ui::iconSize() + fontMetrics().horizontalAdvance(text()) + 3 * s.medium,
            fontMetrics().height() + s.large};
}

void RailButton::paintEvent(QPaintEvent* event) {
    QToolButton::paintEvent(event);
    const Sign& sign = signs[int(m_state)];
    if (!*sign.icon)
        return;
    QPainter painter(this);
    const int size = ui::iconSize() * 7 / 8;
    const QRect place(width() - spacing().small - size, (height() - size) / 2, size, size);
    ui::icon(QString::fromLatin1(sign.icon), sign.ink).paint(&painter, place);
}

Rail::Rail(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("rail"));
    setAccessibleName(tr("Pages"));
    const Spacing s = spacing();
    m_layout->setContentsMargins(s.small, s.page, s.small, s.small);
    m_layout->setSpacing(s.tight);
    m_layout->addStretch();
}

void Rail::addPage(Page* page) {
    const int index = int(m_buttons.size());
    auto* button = new RailButton(*page);
    m_layout->insertWidget(index, button);
    m_buttons.push_back(button);
    connect(button, &QToolButton::clicked, this, [this, index] { emit chosen(index); });
    connect(page, &Page::stateChanged, button, [button, page] { button->setState(page->state()); });
}

void Rail::setCurrent(int index) {
    m_buttons.at(std::size_t(index))->setChecked(true);
}

} // namespace awq::ui

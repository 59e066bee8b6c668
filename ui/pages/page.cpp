// SPDX-License-Identifier: GPL-3.0-or-later
// Layout and faces of a page.
#include "ui/pages/page.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/theme/tokens.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/label.h"

namespace awq::ui {

namespace {

// Content taller than the window scrolls; at the usual sizes nothing does.
QScrollArea* scrolling(QWidget* widget) {
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(widget);
    area->viewport()->setAutoFillBackground(false);
    widget->setAutoFillBackground(false);
    return area;
}

QWidget* loadingFace(Label* text) {
    auto* face = new QWidget;
    auto* bar = new QProgressBar;
    bar->setRange(0, 0);
    bar->setTextVisible(false);
    bar->setMaximumWidth(20 * spacing().large);
    bar->setAccessibleName(QObject::tr("Busy"));
    text->setAlignment(Qt::AlignCenter);
    auto* layout = new QVBoxLayout(face);
    layout->addStretch(2);
    layout->addWidget(text);
    layout->addWidget(bar, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    return face;
}

} // namespace

QString stateText(PageState state) {
    switch (state) {
    case PageState::todo:
        return Page::tr("to do");
    case PageState::ready:
        return Page::tr("ready");
    case PageState::running:
        return Page::tr("running");
    case PageState::done:
        return Page::tr("done");
    case PageState::attention:
        return Page::tr("needs attention");
    }
    return {};
}

Page::Page(const QString& objectName, const QString& title, const QString& iconName, QWidget* parent)
    : QWidget(parent), m_title(title), m_iconName(iconName), m_header(new QHBoxLayout),
      m_subtitle(new Label({}, TextSize::base, Ink::dim)), m_notice(new Notice), m_faces(new QStackedWidget),
      m_empty(new EmptyState), m_busyText(new Label({}, TextSize::heading, Ink::dim)),
      m_loadingFace(loadingFace(m_busyText)), m_contentFace(new QWidget), m_content(new QVBoxLayout(m_contentFace)) {
    setObjectName(objectName);
    setAccessibleName(title);
    const Spacing s = spacing();
    m_header->setSpacing(s.medium);
    m_header->addWidget(new Label(title, TextSize::title, Ink::normal, true), 0, Qt::AlignBaseline);
    m_header->addWidget(m_subtitle, 1, Qt::AlignBaseline);
    m_content->setContentsMargins(0, 0, 0, 0);
    m_content->setSpacing(s.cardGap());

    m_faces->addWidget(scrolling(m_contentFace));
    m_faces->addWidget(m_empty);
    m_faces->addWidget(m_loadingFace);
    auto* layout = new QVBoxLayout(this);
    applyPageSpacing(layout);
    layout->addLayout(m_header);
    layout->addWidget(m_notice);
    layout->addWidget(m_faces, 1);

    m_busyTimer.setSingleShot(true);
    m_busyTimer.setInterval(busyDelayMs);
    connect(&m_busyTimer, &QTimer::timeout, this, [this] { m_faces->setCurrentWidget(m_loadingFace); });
}

void Page::addHeaderWidget(QWidget* widget) {
    m_header->addWidget(widget, 0, Qt::AlignVCenter);
}

void Page::setSubtitle(const QString& text) {
    m_subtitle->setText(text);
    m_subtitle->setToolTip(text);
}

void Page::setState(PageState state) {
    if (std::exchange(m_state, state) != state)
        emit stateChanged();
}

void Page::showEmpty(const QString& iconName, const QString& sentence, const QString& detail,
                     const std::vector<Action>& actions) {
    m_busyTimer.stop();
    m_empty->show(iconName, sentence, detail, actions);
    m_faces->setCurrentWidget(m_empty);
}

void Page::showLoading(const QString& sentence) {
    m_busyText->setText(sentence);
    if (m_faces->currentWidget() != m_loadingFace && !m_busyTimer.isActive())
        m_busyTimer.start();
}

void Page::showContent() {
    m_busyTimer.stop();
    m_faces->setCurrentIndex(0);
}

} // namespace awq::ui

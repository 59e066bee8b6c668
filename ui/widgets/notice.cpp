// SPDX-License-Identifier: GPL-3.0-or-later
// Layout and drawing of notices.
#include "ui/widgets/notice.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

namespace {

struct Look {
    const char* icon;
    IconInk ink;
    QColor Colours::*line;
};

// In the order of NoticeKind.
const Look looks[] = {{"info", IconInk::accent, &Colours::accent},
                      {"ok", IconInk::ok, &Colours::ok},
                      {"warning", IconInk::warning, &Colours::warning},
                      {"error", IconInk::error, &Colours::error}};

} // namespace

Notice::Notice(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel), m_sentence(new Label({}, TextSize::base, Ink::normal, true)),
      m_detail(paragraph({}, TextSize::base, Ink::dim)), m_buttons(new QHBoxLayout) {
    const Spacing s = spacing();
    m_sentence->setWordWrap(true);
    auto* text = new QVBoxLayout;
    text->setSpacing(s.tight);
    text->addWidget(m_sentence);
    text->addWidget(m_detail);
    m_buttons->setSpacing(s.small);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(s.large, s.medium, s.medium, s.medium);
    layout->setSpacing(s.medium);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addLayout(text, 1);
    layout->addLayout(m_buttons);
    layout->setAlignment(m_buttons, Qt::AlignTop);
    hide();
}

void Notice::show(NoticeKind kind, const QString& sentence, const QString& detail, const std::vector<Action>& actions) {
    m_kind = kind;
    const Look& look = looks[int(kind)];
    m_icon->setPixmap(icon(look.icon, look.ink).pixmap(QSize(iconSize(), iconSize()), devicePixelRatioF()));
    m_sentence->setText(sentence);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    setAccessibleName(sentence);
    setAccessibleDescription(detail);
    clearLayout(m_buttons);
    for (const Action& action : actions)
        m_buttons->addWidget(actionButton(action, this));
    if (kind == NoticeKind::error)
        m_buttons->addWidget(
            actionButton({tr("Copy details"), QStringLiteral("copy"), [this] { copyDetails(); }}, this));
    QToolButton* dismiss = iconButton(QStringLiteral("close"), tr("Dismiss this message"));
    connect(dismiss, &QToolButton::clicked, this, &Notice::clear);
    m_buttons->addWidget(dismiss);
    setVisible(true);
    update();
}

void Notice::showError(const core::Error& error, const std::vector<Action>& actions) {
    QStringList detail;
    if (!error.where().empty())
        detail << tr("Where: %1").arg(QString::fromStdString(error.where()));
    if (!error.hint().empty())
        detail << tr("What to do: %1").arg(QString::fromStdString(error.hint()));
    show(NoticeKind::error, QString::fromUtf8(error.what()), detail.join(QLatin1Char('\n')), actions);
}

void Notice::clear() {
    hide();
    m_sentence->clear();
    m_detail->clear();
}

QString Notice::text() const {
    return m_detail->text().isEmpty() ? m_sentence->text() : m_sentence->text() + QLatin1Char('\n') + m_detail->text();
}

void Notice::copyDetails() {
    QApplication::clipboard()->setText(text());
}

void Notice::paintEvent(QPaintEvent*) {
    const Colours& colours = coloursFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor line = colours.*looks[int(m_kind)].line;
    QColor ground = line;
    ground.setAlphaF(0.08f);
    painter.setPen(QPen(line, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), cardCornerRadius(), cardCornerRadius());
}

} // namespace awq::ui

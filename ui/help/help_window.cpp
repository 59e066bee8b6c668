// SPDX-License-Identifier: GPL-3.0-or-later
// Showing help pages.
#include "ui/help/help_window.h"

#include <QDesktopServices>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QTextBrowser>
#include <QTextDocument>

#include "ui/help/help_topics.h"
#include "ui/theme/colours.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

HelpWindow::HelpWindow(QWidget* owner)
    : QWidget(owner, Qt::Window), m_topics(new QListWidget), m_text(new QTextBrowser) {
    setObjectName(QStringLiteral("help"));
    setWindowTitle(tr("Help – AWQ Studio"));
    m_topics->setObjectName(QStringLiteral("help.topics"));
    m_topics->setAccessibleName(tr("Topics"));
    m_topics->setFrameShape(QFrame::NoFrame);
    m_topics->setSpacing(spacing().tight);
    m_topics->setFixedWidth(24 * fontMetrics().averageCharWidth());
    for (const HelpTopic& topic : helpTopics()) {
        auto* item = new QListWidgetItem(topic.title, m_topics);
        item->setData(Qt::UserRole, topic.name);
    }
    m_text->setObjectName(QStringLiteral("help.text"));
    m_text->setAccessibleName(tr("Text of the topic"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setOpenLinks(false);
    m_text->document()->setDocumentMargin(spacing().page);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_topics);
    layout->addWidget(m_text, 1);
    resize(96 * fontMetrics().averageCharWidth() + m_topics->width(), 34 * fontMetrics().lineSpacing());
    connect(m_topics, &QListWidget::currentRowChanged, this, &HelpWindow::showTopic);
    connect(m_text, &QTextBrowser::anchorClicked, this, &HelpWindow::follow);
}

void HelpWindow::open(const QString& topic) {
    for (int row = 0; row < m_topics->count(); ++row)
        if (m_topics->item(row)->data(Qt::UserRole).toString() == topic)
            m_topics->setCurrentRow(row);
    show();
    raise();
    activateWindow();
}

QString HelpWindow::topic() const {
    return m_topics->currentItem() ? m_topics->currentItem()->data(Qt::UserRole).toString() : QString();
}

void HelpWindow::showTopic() {
    m_text->setMarkdown(helpText(topic()));
}

void HelpWindow::follow(const QUrl& link) {
    if (link.scheme() == QLatin1String("help"))
        open(link.path());
    else
        QDesktopServices::openUrl(link);
}

void HelpWindow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QWidget::keyPressEvent(event);
}

// Links keep the colours they were laid out with.
void HelpWindow::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showTopic();
}

} // namespace awq::ui

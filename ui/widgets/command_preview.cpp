// SPDX-License-Identifier: GPL-3.0-or-later
// Layout of the command preview.
#include "ui/widgets/command_preview.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>

#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

CommandPreview::CommandPreview(QWidget* parent) : QWidget(parent), m_line(new QLineEdit) {
    m_line->setObjectName(QStringLiteral("commandLine"));
    m_line->setReadOnly(true);
    m_line->setFont(monospaceFont());
    m_line->setAccessibleName(tr("The same run as a command"));
    QToolButton* copyButton = iconButton(QStringLiteral("copy"), tr("Copy the command"));
    copyButton->setObjectName(QStringLiteral("commandLine.copy"));
    connect(copyButton, &QToolButton::clicked, this, &CommandPreview::copy);
    QHBoxLayout* layout = row({m_line, copyButton});
    setLayout(layout);
}

void CommandPreview::setCommand(const QString& command) {
    m_line->setText(command);
    m_line->setCursorPosition(0);
    m_line->setToolTip(command);
}

QString CommandPreview::command() const {
    return m_line->text();
}

void CommandPreview::copy() const {
    QApplication::clipboard()->setText(m_line->text());
}

} // namespace awq::ui

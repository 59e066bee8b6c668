// SPDX-License-Identifier: GPL-3.0-or-later
// Fields of the text.
#include "ui/widgets/text_windows_form.h"

#include <QFileDialog>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <algorithm>
#include <limits>

#include "app/paths.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

namespace {

constexpr int defaultWindow = 2048, longestWindow = 1 << 20;

QSpinBox* tokenBox(const QString& objectName, const QString& name, int value) {
    auto* box = new QSpinBox;
    box->setObjectName(objectName);
    box->setRange(0, longestWindow);
    box->setValue(value);
    box->setGroupSeparatorShown(true);
    box->setSuffix(TextWindowsForm::tr(" tokens"));
    box->setAccessibleName(name);
    return box;
}

} // namespace

TextWindowsForm::TextWindowsForm(const QString& name, QWidget* parent)
    : QWidget(parent), m_text(new QLineEdit(QStringLiteral("bundled"))),
      m_window(tokenBox(name + QStringLiteral(".window"), tr("Window"), defaultWindow)),
      m_maxTokens(tokenBox(name + QStringLiteral(".maxTokens"), tr("At most"), 0)) {
    m_text->setObjectName(name + QStringLiteral(".text"));
    m_text->setAccessibleName(tr("Text"));
    m_text->setToolTip(tr("\"bundled\", or a file: .txt, .jsonl, .jsonl.zst, .gz, .parquet"));
    QToolButton* browse = iconButton(QStringLiteral("open"), tr("Choose a text file"));
    browse->setObjectName(name + QStringLiteral(".text.browse"));
    connect(browse, &QToolButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Text to measure on"));
        if (!file.isEmpty())
            m_text->setText(file);
    });
    m_window->setMinimum(2);
    m_window->setToolTip(tr("Perplexities are comparable only with the same window."));
    m_maxTokens->setSpecialValueText(tr("the whole text"));
    m_maxTokens->setMaximum(std::numeric_limits<int>::max());
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Text"), row({m_text, browse}));
    form->addRow(tr("Window"), m_window);
    form->addRow(tr("At most"), m_maxTokens);
    connect(m_text, &QLineEdit::textChanged, this, &TextWindowsForm::edited);
    for (QSpinBox* box : {m_window, m_maxTokens})
        connect(box, &QSpinBox::valueChanged, this, &TextWindowsForm::edited);
}

void TextWindowsForm::setLongestWindow(qint64 tokens) {
    m_window->setValue(int(tokens > 0 ? std::min<qint64>(defaultWindow, tokens) : defaultWindow));
}

core::TextWindows TextWindowsForm::text() const {
    core::TextWindows text;
    text.text = app::toPath(m_text->text().trimmed());
    text.window = m_window->value();
    text.maxTokens = m_maxTokens->value();
    return text;
}

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Input and list of the overrides.
#include "ui/widgets/override_editor.h"

#include <QComboBox>
#include <QLineEdit>
#include <QShortcut>
#include <QVBoxLayout>

#include "app/number_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/table.h"

namespace awq::ui {

using app::Session;

static constexpr int rowsShown = 4; // more scroll

OverrideEditor::OverrideEditor(Session& session, QWidget* parent)
    : Card(tr("Single linears"), parent), m_session(session) {
    body()->addWidget(makeInput());
    m_table = new Table(QStringLiteral("overrides"), tr("Linears treated otherwise"), &m_model);
    m_table->setColumnWidths({48, 16, -1});
    m_table->setFixedHeight((rowsShown + 1) * (m_table->fontMetrics().height() + spacing().small) + spacing().small);
    body()->addWidget(m_table);
    auto* key = new QShortcut(QKeySequence::Delete, m_table, nullptr, nullptr, Qt::WidgetShortcut);
    connect(key, &QShortcut::activated, this, &OverrideEditor::remove);
    connect(m_table, &Table::currentSourceRowChanged, m_remove, [this](int row) { m_remove->setEnabled(row >= 0); });
    connect(&session, &Session::recipeChanged, this, &OverrideEditor::showSession);
    connect(&session, &Session::planChanged, this, &OverrideEditor::showSession);
    showSession();
}

QWidget* OverrideEditor::makeInput() {
    m_pattern = new QLineEdit;
    m_pattern->setObjectName(QStringLiteral("override.pattern"));
    m_pattern->setPlaceholderText(tr("Part of a name, for instance down_proj"));
    m_pattern->setAccessibleName(tr("Linears whose name matches"));
    m_pattern->setToolTip(tr("Text or a regular expression, searched in the full names on the Model page"));
    m_pattern->setClearButtonEnabled(true);
    m_treatment = new QComboBox;
    m_treatment->setObjectName(QStringLiteral("override.treatment"));
    m_treatment->setAccessibleName(tr("Treatment"));
    for (const int bits : {0, 8, 6, 5, 4, 3, 2})
        m_treatment->addItem(app::treatmentText(bits), bits);
    m_add = pushButton(tr("Add"), QStringLiteral("add"));
    m_add->setObjectName(QStringLiteral("override.add"));
    m_remove = pushButton(tr("Remove"), QStringLiteral("remove"));
    m_remove->setObjectName(QStringLiteral("override.remove"));
    m_remove->setToolTip(tr("Remove the chosen line (Delete)"));
    m_remove->setEnabled(false);
    m_matches = new Label({}, TextSize::small, Ink::dim);
    m_matches->setObjectName(QStringLiteral("override.matches"));
    connect(m_pattern, &QLineEdit::textChanged, this, &OverrideEditor::showMatches);
    connect(m_pattern, &QLineEdit::returnPressed, this, &OverrideEditor::add);
    connect(m_add, &QPushButton::clicked, this, &OverrideEditor::add);
    connect(m_remove, &QPushButton::clicked, this, &OverrideEditor::remove);
    auto* input = new QWidget;
    QHBoxLayout* line = row({m_pattern, m_treatment, m_add, m_matches, nullptr, m_remove});
    line->setStretch(0, 1);
    input->setLayout(line);
    return input;
}

void OverrideEditor::showSession() {
    m_model.show(m_session.recipe(), m_session.plan());
    m_remove->setEnabled(m_table->sourceRow() >= 0);
    showMatches();
}

void OverrideEditor::showMatches() {
    const QString pattern = m_pattern->text().trimmed();
    const std::optional<int> count = app::matches(m_session.plan(), pattern);
    m_add->setEnabled(!pattern.isEmpty() && count);
    m_matches->setInk(count ? Ink::dim : Ink::error);
    if (pattern.isEmpty())
        m_matches->clear();
    else if (!count)
        m_matches->setText(tr("not a regular expression"));
    else
        m_matches->setText(tr("%1 of %2 linears")
                               .arg(app::countText(*count), app::countText(qint64(m_session.plan().linears.size()))));
}

void OverrideEditor::add() {
    if (!m_add->isEnabled())
        return;
    const app::RecipeOverride override{m_pattern->text().trimmed(), m_treatment->currentData().toInt()};
    m_pattern->clear();
    m_session.setRecipe(app::withOverride(m_session.recipe(), override));
}

void OverrideEditor::remove() {
    const int row = m_table->sourceRow();
    if (row >= 0)
        m_session.setRecipe(app::withoutOverride(m_session.recipe(), m_model.row(row).override));
}

} // namespace awq::ui

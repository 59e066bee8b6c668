// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of the recipe form.
#include "ui/widgets/recipe_form.h"

#include <QFormLayout>
#include <QToolButton>

#include "app/option_text.h"
#include "core/error.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/option_editor.h"

namespace awq::ui {

// Whether what the user typed stands for this value ("5GB" and "5000000000"): then it stays as typed.
static bool means(const OptionEditor& editor, const QStringList& texts) {
    core::Recipe recipe;
    try {
        app::setOptionTexts(recipe, editor.option(), editor.texts());
    } catch (const core::Error&) {
        return false;
    }
    return app::optionTexts(editor.option(), recipe) == texts;
}

RecipeForm::RecipeForm(const QStringList& optionNames, QWidget* parent)
    : QWidget(parent), m_layout(new QFormLayout(this)) {
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(spacing().large);
    m_layout->setVerticalSpacing(spacing().small);
    m_layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_rows.reserve(std::size_t(optionNames.size())); // rows are referred to
    for (const QString& name : optionNames)
        addRow(name);
    show();
}

void RecipeForm::addRow(const QString& name) {
    const core::RecipeOption& option = app::recipeOption(name);
    const OptionLabel words = optionLabel(name);
    auto* editor = new OptionEditor(option);
    auto* reset = iconButton(QStringLiteral("undo"), tr("Reset %1").arg(words.label));
    reset->setObjectName(QStringLiteral("reset.") + name);
    QSizePolicy policy = reset->sizePolicy();
    policy.setRetainSizeWhenHidden(true); // fields keep their width
    reset->setSizePolicy(policy);
    auto* complaint = paragraph({}, TextSize::small, Ink::error);
    complaint->hide();

    auto* field = new QWidget;
    auto* layout = new QVBoxLayout(field);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().tight / 2);
    QHBoxLayout* line = row({editor, reset});
    line->setStretch(0, 1);
    layout->addLayout(line);
    layout->addWidget(complaint);
    field->setFocusProxy(editor);
    const bool flag = option.kind == core::OptionKind::flag; // says its name itself
    auto* label = new QLabel(flag ? QString() : words.label);
    label->setBuddy(editor);
    label->setToolTip(words.explanation);
    m_layout->addRow(label, field);

    m_rows.push_back({editor, reset, complaint});
    Row& stored = m_rows.back();
    connect(editor, &OptionEditor::edited, this, [this, &stored] { take(stored); });
    connect(reset, &QToolButton::clicked, this, [this, &stored] { this->reset(stored); });
}

void RecipeForm::addFirstRow(const QString& label, QWidget* field) {
    m_layout->insertRow(0, label, field);
}

void RecipeForm::setRecipe(const core::Recipe& recipe) {
    m_recipe = recipe;
    show();
}

void RecipeForm::setChoices(const QString& option, const std::vector<Choice>& choices) {
    for (const Row& row : m_rows)
        if (row.editor->option().name == option.toStdString())
            row.editor->setChoices(choices);
}

void RecipeForm::take(Row& row) {
    try {
        app::setOptionTexts(m_recipe, row.editor->option(), row.editor->texts());
    } catch (const core::Error& error) {
        row.complaint->setText(QString::fromUtf8(error.what()));
        row.complaint->show();
        return;
    }
    show();
    emit edited(m_recipe);
}

void RecipeForm::reset(Row& row) {
    const core::Recipe plain = app::presetRecipe(m_recipe.preset);
    row.editor->setTexts(app::optionTexts(row.editor->option(), plain));
    take(row);
}

void RecipeForm::show() {
    const core::Recipe plain = app::presetRecipe(m_recipe.preset);
    for (const Row& row : m_rows) {
        const core::RecipeOption& option = row.editor->option();
        const QStringList texts = app::optionTexts(option, m_recipe);
        if (!means(*row.editor, texts))
            row.editor->setTexts(texts);
        row.reset->setVisible(texts != app::optionTexts(option, plain));
        row.complaint->hide();
    }
}

} // namespace awq::ui

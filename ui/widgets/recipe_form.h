// SPDX-License-Identifier: GPL-3.0-or-later
// A form for some of the recipe's options: label, field, reset, and the complaint about a value that cannot be.
#pragma once

#include <QWidget>
#include <vector>

#include "core/plan/recipe.h"
#include "ui/widgets/option_labels.h"

class QFormLayout;
class QToolButton;

namespace awq::ui {

class Label;
class OptionEditor;

class RecipeForm : public QWidget {
    Q_OBJECT

public:
    RecipeForm(const QStringList& optionNames, QWidget* parent = nullptr);

    void addFirstRow(const QString& label, QWidget* field); // for what is no option of the recipe
    void setRecipe(const core::Recipe& recipe); // does not emit edited()
    void setChoices(const QString& option, const std::vector<Choice>& choices);

signals:
    void edited(const awq::core::Recipe& recipe); // only with values every field accepts

private:
    struct Row {
        OptionEditor* editor;
        QToolButton* reset;
        Label* complaint;
    };

    void addRow(const QString& name);
    void take(Row& row);
    void reset(Row& row);
    void show(); // the recipe in all fields

    core::Recipe m_recipe;
    std::vector<Row> m_rows;
    QFormLayout* m_layout;
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The field for one recipe option, chosen by the option's kind. Its value is text, as on the command line.
#pragma once

#include <QStringList>
#include <QWidget>
#include <functional>
#include <vector>

#include "core/plan/recipe_options.h"
#include "ui/widgets/option_labels.h"

class QComboBox;

namespace awq::ui {

class OptionEditor : public QWidget {
    Q_OBJECT

public:
    explicit OptionEditor(const core::RecipeOption& option, QWidget* parent = nullptr);

    const core::RecipeOption& option() const { return m_option; }
    void setTexts(const QStringList& texts); // does not emit edited()
    QStringList texts() const { return m_read(); }
    void setChoices(const std::vector<Choice>& choices); // of a combo box; the current value stays

signals:
    void edited();

private:
    void makeCheckBox();
    void makeComboBox(const std::vector<Choice>& choices);
    void makeSpinBox();
    void makeLineEdit();
    void makeListEdit();
    void adopt(QWidget* field);

    const core::RecipeOption& m_option;
    std::function<QStringList()> m_read;
    std::function<void(const QStringList&)> m_write;
    QComboBox* m_combo = nullptr;
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Single linears treated otherwise: a filter, what to do with those it matches, and the list of what was asked.
#pragma once

#include "app/recipe_overrides.h"
#include "app/session.h"
#include "ui/widgets/card.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace awq::ui {

class Label;
class Table;

class OverrideEditor : public Card {
    Q_OBJECT

public:
    explicit OverrideEditor(app::Session& session, QWidget* parent = nullptr);

private:
    QWidget* makeInput();
    void showSession();
    void showMatches(); // of what is typed
    void add();
    void remove(); // the chosen row

    app::Session& m_session;
    app::OverridesModel m_model;
    QLineEdit* m_pattern;
    QComboBox* m_treatment;
    QPushButton *m_add, *m_remove;
    Label* m_matches;
    Table* m_table;
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The opened model: what its headers say, and every linear with what the recipe will do to it.
#pragma once

#include "app/plan_model.h"
#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

namespace awq::ui {

class Facts;
class Label;
class Table;

class ModelPage : public Page {
    Q_OBJECT

public:
    ModelPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

private:
    void showModel();
    void showFacts();
    void showPlan();

    app::Workspace& m_workspace;
    Shell& m_shell;
    app::PlanLinearsModel m_linears;
    Facts* m_facts;
    Table* m_table;
    Label* m_count;
};

} // namespace awq::ui

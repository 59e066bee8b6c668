// SPDX-License-Identifier: GPL-3.0-or-later
// The text whose activations guide the search: where it comes from and how it becomes windows of tokens.
#pragma once

#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

namespace awq::ui {

class RecipeForm;

class CalibrationPage : public Page {
    Q_OBJECT

public:
    CalibrationPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

private:
    void showRecipe();

    app::Workspace& m_workspace;
    Shell& m_shell;
    RecipeForm* m_form;
};

} // namespace awq::ui

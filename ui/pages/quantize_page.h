// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe and the run: what is asked on one face, how it goes on the other.
#pragma once

#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace awq::ui {

class CommandPreview;
class FinishCard;
class RecipeForm;
class RunView;

class QuantizePage : public Page {
    Q_OBJECT

public:
    QuantizePage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    void start(); // what the Quantize button does

private:
    enum Face { recipeFace, runFace };

    QWidget* makeRecipeFace();
    QWidget* makeOutputField();
    QWidget* makeRunFace();
    void takeRecipe(const core::Recipe& recipe);
    void chooseOutput();
    void enqueue(core::QuantizeRequest request);
    bool refuseTakenOutput(const core::QuantizeRequest& request); // says why and what to do; true when taken
    void resume();
    void showSession();
    void showRun();
    void showEnd();
    void goToFace(Face face);

    app::Workspace& m_workspace;
    Shell& m_shell;
    QTabBar* m_tabs;
    QStackedWidget* m_faces;
    std::vector<RecipeForm*> m_forms;
    QLineEdit* m_output;
    CommandPreview* m_command;
    QPushButton* m_start;
    RunView* m_runView;
    FinishCard* m_finish;
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// How fast models read prompts and write tokens, against float and against earlier measurements.
#pragma once

#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

class QComboBox;
class QPushButton;

namespace awq::ui {

class Card;
class JobLine;
class Label;
class ModelPicker;
class Table;

class BenchmarkPage : public Page {
    Q_OBJECT

public:
    BenchmarkPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    bool wantsPlanPanel() const override { return false; }

private:
    QWidget* makeFormCard();
    QWidget* makeResultsCard();
    std::vector<core::BenchmarkRequest> requests() const;
    void offerModels();
    void measure();
    void showReadiness();
    void showEnd();
    void showResults();

    app::Workspace& m_workspace;
    Shell& m_shell;
    ModelPicker *m_model, *m_other;
    QComboBox* m_cases;
    JobLine* m_job;
    Card* m_results;
    Table* m_table;
    Label* m_explanation;
};

} // namespace awq::ui

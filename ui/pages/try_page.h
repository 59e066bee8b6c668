// SPDX-License-Identifier: GPL-3.0-or-later
// The same prompt answered by two models side by side, usually the original and the quantized one.
#pragma once

#include <array>

#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

class QDoubleSpinBox;
class QPlainTextEdit;
class QSpinBox;

namespace awq::ui {

class Card;
class JobLine;
class Label;
class ModelPicker;

class TryPage : public Page {
    Q_OBJECT

public:
    TryPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    bool wantsPlanPanel() const override { return false; }

private:
    struct Side {
        ModelPicker* model;
        QPlainTextEdit* text;
        Label* facts;
    };

    QWidget* makePromptCard();
    QWidget* makeOptions();
    QWidget* makeSide(std::size_t index, const QString& title, const QString& name);
    std::vector<core::GenerateRequest> requests() const;
    void offerModels();
    void generate();
    void showReadiness();
    void showAnswers();
    void showEnd();
    void markDifference();

    app::Workspace& m_workspace;
    Shell& m_shell;
    QPlainTextEdit* m_prompt;
    QSpinBox *m_length, *m_seed;
    QDoubleSpinBox* m_temperature;
    JobLine* m_job;
    std::array<Side, app::Trial::sides> m_sides;
    Label* m_agreement;
};

} // namespace awq::ui

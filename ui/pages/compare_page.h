// SPDX-License-Identifier: GPL-3.0-or-later
// Original, rounded and quantized side by side: perplexity on the same text, and token by token.
#pragma once

#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

class QProgressBar;
class QPushButton;

namespace awq::ui {

class Card;
class CompareForm;
class Facts;
class Label;
class PerplexityPlot;
class Table;

class ComparePage : public Page {
    Q_OBJECT

public:
    ComparePage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    bool wantsPlanPanel() const override { return false; }

private:
    QWidget* makeFormCard();
    QWidget* makeResultsCard();
    void measure();
    void compareTokens();
    void offerRun();      // candidates from the opened run, else from the session
    void showReadiness(); // buttons, staleness
    void showProgress();
    void showEnd();
    void showResults();

    app::Workspace& m_workspace;
    Shell& m_shell;
    CompareForm* m_form;
    QString m_windowFor; // model the window was last fitted to
    QPushButton *m_measure, *m_cancel, *m_compareTokens;
    QProgressBar* m_bar;
    Label *m_phase, *m_protocol;
    Card* m_resultsCard;
    PerplexityPlot* m_plot;
    Table* m_table;
    Facts* m_tokens;
};

} // namespace awq::ui

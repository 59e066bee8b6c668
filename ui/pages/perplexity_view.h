// SPDX-License-Identifier: GPL-3.0-or-later
// The perplexities of several models on one text: which, how they lie, what they cost in size.
#pragma once

#include <QWidget>

#include "app/workspace.h"

namespace awq::ui {

class Card;
class CompareForm;
class JobLine;
class Label;
class PerplexityPlot;
class SaveResults;
class ScatterPlot;
class Table;

class PerplexityView : public QWidget {
    Q_OBJECT

public:
    explicit PerplexityView(app::Workspace& workspace, QWidget* parent = nullptr);

    bool hasCandidates() const;

signals:
    void startWanted(); // what is shown of the last attempt is outdated
    void failed(const awq::core::Error& error);

private:
    QWidget* makeFormCard();
    QWidget* makeResults();
    void offerRun(); // candidates from the opened run, else from the session
    void measure();
    void showReadiness();
    void showResults();

    app::Workspace& m_workspace;
    CompareForm* m_form;
    QString m_windowFor; // model the window was last fitted to
    JobLine* m_job;
    QWidget* m_results;
    PerplexityPlot* m_plot;
    ScatterPlot* m_sizes;
    Table* m_table;
    SaveResults* m_save;
    Label *m_protocol, *m_stale;
};

} // namespace awq::ui

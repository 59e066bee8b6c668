// SPDX-License-Identifier: GPL-3.0-or-later
// The opened run against another one: error of each linear, worst first, and what their recipes ask differently.
#pragma once

#include <QWidget>

#include "app/latest_task.h"
#include "app/recipe_difference.h"
#include "app/run_difference.h"
#include "app/table_model.h"
#include "app/workspace.h"

class QComboBox;

namespace awq::ui {

class DeltaPlot;
class Label;
class ScatterPlot;

class RunDifferenceView : public QWidget {
    Q_OBJECT

public:
    explicit RunDifferenceView(app::Workspace& workspace, QWidget* parent = nullptr);

    void choose(const QString& folder); // of the other run

signals:
    void linearChosen(int block, const QString& name);
    void failed(const awq::core::Error& error); // numbers could not be saved

private:
    QWidget* makeHeader();
    QWidget* makeLinearCard();
    QWidget* makeRecipeCard();
    void offerRuns();
    void load();
    void show(const core::Outcome<app::RunSummary>& outcome);
    void clear(const QString& message);

    app::Workspace& m_workspace;
    QComboBox* m_other;
    Label* m_summary;
    DeltaPlot* m_deltas;
    ScatterPlot* m_scatter;
    app::TableModel<app::LinearDifference> m_linears; // worst for the other run first
    app::TableModel<app::OptionDifference> m_options;
    app::LatestTask m_task; // last: stopped first
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The Inspect page: the linears and scale sets of a run as tables, and the plots of the selected one beside them.
#pragma once

#include "app/block_details.h"
#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

class QPushButton;
class QSplitter;
class QStackedWidget;
class QTabBar;

namespace awq::ui {

class Label;
class LinearView;
class OverridePanel;
class Table;
struct LinearSubject;

// Shows the run the workspace has opened, finished or still growing.
class InspectPage : public Page {
    Q_OBJECT

public:
    InspectPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    bool wantsPlanPanel() const override { return false; }
    // Selects it, or the block's first when the name is empty; waits for it when the run has not saved it yet.
    void showLinear(int block, const QString& name);
    LinearView& view() { return *m_view; }
    Table& linearTable() { return *m_linears; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeTables();
    void addOverridePanel();
    void refreshState();
    void refreshContent();
    void showDamage();
    int firstOf(int block) const; // row of its first linear, or -1
    void selectLinear(int row);
    void selectScaleSet(int row);
    void loadArrays();
    void pin(int row);
    void unpin();
    void loadOverlayArrays();
    void exportAll();
    std::optional<LinearSubject> subjectOf(int row) const; // of a row of the linears

    app::Workspace& m_workspace;
    app::RunResults& m_results;
    Shell& m_shell;
    std::optional<std::pair<int, QString>> m_wanted; // asked for before the run was read
    QString m_shownFolder;                           // whose linears the view shows
    app::BlockDetails m_details, m_overlayDetails;
    QTabBar* m_tabs;
    QStackedWidget* m_stack;
    Table *m_linears, *m_scaleSets;
    Label* m_count;
    LinearView* m_view;
    OverridePanel* m_override;
    QPushButton* m_overrideButton; // shows and hides the panel
    QWidget* m_exportButton;
    QSplitter* m_splitter;
};

} // namespace awq::ui

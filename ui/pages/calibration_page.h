// SPDX-License-Identifier: GPL-3.0-or-later
// The text whose activations guide the search: where it comes from and how it becomes windows of tokens.
#pragma once

#include "app/calibration_windows.h"
#include "app/latest_task.h"
#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

namespace awq::ui {

class Facts;
class Label;
class LengthPlot;
class RecipeForm;

class CalibrationPage : public Page {
    Q_OBJECT

public:
    CalibrationPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makePreviewCard();
    QWidget* makeDocumentsCard();
    void showRecipe();
    void readLater(); // the text, a moment after the last change, when the page is in sight
    void read();
    void showSet(const core::Outcome<core::CalibrationSet>& outcome);

    app::Workspace& m_workspace;
    Shell& m_shell;
    RecipeForm* m_form;
    Facts* m_facts;
    Label *m_busy, *m_notes, *m_previewTitle, *m_preview;
    QWidget* m_documents; // hidden while there are none
    LengthPlot* m_lengths;
    app::WindowSourcesModel m_windows;
    core::CalibrationOptions m_shown; // that the preview belongs to
    QString m_shownModel;
    QTimer m_timer;
    app::LatestTask m_reading;
};

} // namespace awq::ui

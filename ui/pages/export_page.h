// SPDX-License-Identifier: GPL-3.0-or-later
// The written checkpoint: its files, whether it reads back as meant, and how other programs load it.
#pragma once

#include "app/latest_task.h"
#include "app/output_files.h"
#include "app/workspace.h"
#include "core/export/verify.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

class QComboBox;
class QPlainTextEdit;
class QPushButton;

namespace awq::ui {

class Facts;
class Label;

class ExportPage : public Page {
    Q_OBJECT

public:
    ExportPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    bool wantsPlanPanel() const override { return false; }

private:
    QWidget* makeOutputCard();
    QWidget* makeLoadCard();
    void showRun();
    void showOutput();
    void showSnippet();
    void verify();
    void showVerified(const core::Outcome<core::VerifyReport>& outcome);

    app::Workspace& m_workspace;
    Shell& m_shell;
    app::OutputFilesModel m_files;
    QString m_output; // folder shown
    Facts* m_facts;
    Label* m_verified;
    QPushButton* m_verify;
    QComboBox* m_program;
    QPlainTextEdit* m_snippet;
    app::LatestTask m_verifying;
};

} // namespace awq::ui

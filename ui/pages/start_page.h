// SPDX-License-Identifier: GPL-3.0-or-later
// Where a session begins: drop or browse, the demo model, runs that were not finished, recent folders, and models that
// are on this computer already.
#pragma once

#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

namespace awq::ui {

class Card;
class FolderList;

class StartPage : public Page {
    Q_OBJECT

public:
    StartPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    bool wantsPlanPanel() const override { return false; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeOpenCard();
    QWidget* makeUnfinished();
    QWidget* makeLists();
    Card* makeListCard(const QString& title, FolderList* list);
    void locate(const QString& missing);
    void discard(const app::UnfinishedRun& run);

    app::Workspace& m_workspace;
    Shell& m_shell;
};

} // namespace awq::ui

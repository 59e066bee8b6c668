// SPDX-License-Identifier: GPL-3.0-or-later
// Where a session begins: drop or browse, the demo model, recent folders, and runs that were interrupted.
#pragma once

#include "app/workspace.h"
#include "ui/pages/page.h"
#include "ui/shell.h"

namespace awq::ui {

class Card;
class RecentsView;

class StartPage : public Page {
    Q_OBJECT

public:
    StartPage(app::Workspace& workspace, Shell& shell, QWidget* parent = nullptr);

    bool wantsPlanPanel() const override { return false; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeOpenCard();
    void showRecents();
    void showUnfinished();

    app::Workspace& m_workspace;
    Shell& m_shell;
    RecentsView* m_recents;
    Card* m_recentsCard;
};

} // namespace awq::ui

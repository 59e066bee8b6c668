// SPDX-License-Identifier: GPL-3.0-or-later
// The window: rail, pages, plan panel, docks, menus; opening, dropping, cancelling and closing.
#pragma once

#include <QMainWindow>
#include <vector>

#include "app/workspace.h"
#include "ui/shell.h"
#include "ui/theme/theme.h"

class QStackedWidget;

namespace awq::ui {

class HelpWindow;
class InspectPage;
class LogDock;
class Page;
class PlanPanel;
class QuantizePage;
class QueueDock;
class Rail;

class MainWindow : public QMainWindow, public Shell {
    Q_OBJECT

public:
    MainWindow(app::Workspace& workspace, Theme& theme, QWidget* parent = nullptr);

    void goTo(const QString& pageName) override;
    void openPath(const QString& path) override;
    void openDemo() override;
    void browse() override;
    void inspect(int block, const QString& linear) override;
    void cancelRun() override;

    Page* page(const QString& name) const; // null when there is none

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makePages();
    void makeDocks();
    void makeMenus();
    void makeFileMenu();
    void makeEditMenu();
    void makeRunMenu();
    void makeViewMenu();
    void makeHelpMenu();
    void showPage(int index);
    void focusFilter();
    void pressPrimaryButton();
    void updateTitle();
    void announceEnd();
    bool mayClose();
    void restoreLook();
    void saveLook();

    app::Workspace& m_workspace;
    Theme& m_theme;
    Rail* m_rail;
    QStackedWidget* m_stack;
    PlanPanel* m_panel;
    LogDock* m_log;
    QueueDock* m_queue;
    HelpWindow* m_help;
    QuantizePage* m_quantize;
    InspectPage* m_inspect;
    std::vector<Page*> m_pages;
};

} // namespace awq::ui

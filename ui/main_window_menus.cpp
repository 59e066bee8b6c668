// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the window and their shortcuts.
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QMenuBar>
#include <QStackedWidget>

#include "app/diagnostics.h"
#include "ui/help/about_dialog.h"
#include "ui/help/help_topics.h"
#include "ui/help/help_window.h"
#include "ui/log_dock.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"
#include "ui/pages/quantize_page.h"
#include "ui/queue_dock.h"
#include "ui/widgets/option_labels.h"

namespace awq::ui {

namespace {

constexpr int fontStep = 10; // percent

// Every action has a name, so that tests and scripts can find it.
QAction* add(QMenu* menu, const QString& name, const QString& text, const QKeySequence& shortcut = {}) {
    QAction* action = menu->addAction(text);
    action->setObjectName(QStringLiteral("action.") + name);
    action->setShortcut(shortcut);
    return action;
}

// "change of group size"
QString changeText(const QStringList& options) {
    return options.size() == 1 ? MainWindow::tr("change of %1").arg(optionLabel(options.front()).label.toLower())
                               : MainWindow::tr("change of the recipe");
}

} // namespace

void MainWindow::makeMenus() {
    menuBar()->setObjectName(QStringLiteral("menuBar"));
    makeFileMenu();
    makeEditMenu();
    makeRunMenu();
    makeViewMenu();
    makeHelpMenu();
}

void MainWindow::makeFileMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&File"));
    connect(add(menu, "open", tr("&Open a model or a run…"), QKeySequence::Open), &QAction::triggered, this,
            &MainWindow::browse);
    QMenu* recents = menu->addMenu(tr("Open &recent"));
    connect(recents, &QMenu::aboutToShow, recents, [this, recents] {
        recents->clear();
        for (const QString& path : m_workspace.settings().recents())
            recents->addAction(path, recents, [this, path] { openPath(path); });
        if (recents->isEmpty())
            recents->addAction(tr("Nothing yet"))->setEnabled(false);
    });
    menu->addSeparator();
    connect(add(menu, "quit", tr("&Quit"), QKeySequence::Quit), &QAction::triggered, this, &QWidget::close);
}

// Fields of text undo their own typing while they have the focus.
void MainWindow::makeEditMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Edit"));
    app::RecipeHistory& history = m_workspace.recipeHistory();
    QAction* undo = add(menu, "undo", {}, Qt::CTRL | Qt::Key_Z);
    QAction* redo = add(menu, "redo", {}, Qt::CTRL | Qt::SHIFT | Qt::Key_Z);
    connect(undo, &QAction::triggered, &history, &app::RecipeHistory::undo);
    connect(redo, &QAction::triggered, &history, &app::RecipeHistory::redo);
    const auto show = [&history, undo, redo] {
        undo->setEnabled(history.canUndo());
        redo->setEnabled(history.canRedo());
        undo->setText(tr("&Undo %1").arg(changeText(history.undoOptions())));
        redo->setText(tr("&Redo %1").arg(changeText(history.redoOptions())));
    };
    connect(&history, &app::RecipeHistory::changed, this, show);
    show();
}

void MainWindow::makeRunMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Run"));
    connect(add(menu, "quantize", tr("&Quantize"), Qt::Key_F5), &QAction::triggered, m_quantize, [this] {
        goTo(page::quantize);
        m_quantize->start();
    });
    connect(add(menu, "pageAction", tr("&Do what this page offers"), Qt::CTRL | Qt::Key_Return), &QAction::triggered,
            this, &MainWindow::pressPrimaryButton);
    QAction* cancel = add(menu, "cancel", tr("&Cancel the run"), Qt::CTRL | Qt::Key_Period);
    connect(cancel, &QAction::triggered, this, &MainWindow::cancelRun);
    connect(menu, &QMenu::aboutToShow, cancel,
            [this, cancel] { cancel->setEnabled(m_workspace.quantizing().isActive()); });
    QAction* pause = add(menu, "pause", tr("&Pause after the current job"));
    pause->setCheckable(true);
    pause->setChecked(m_workspace.starter().isPaused());
    connect(pause, &QAction::toggled, &m_workspace.starter(), &app::JobStarter::setPaused);
    connect(&m_workspace.starter(), &app::JobStarter::pausedChanged, pause, &QAction::setChecked);
}

void MainWindow::makeViewMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        // The start page is home; the steps of the work are numbered.
        const QKeySequence shortcut =
            i == 0 ? QKeySequence(Qt::ALT | Qt::Key_Home) : QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_0 + int(i)));
        QAction* action = add(menu, "page." + m_pages[i]->objectName(), m_pages[i]->title(), shortcut);
        connect(action, &QAction::triggered, this, [this, i] { showPage(int(i)); });
    }
    menu->addSeparator();
    connect(add(menu, "find", tr("&Find"), QKeySequence::Find), &QAction::triggered, this, &MainWindow::focusFilter);
    const auto addDock = [menu](QDockWidget* dock, const QKeySequence& shortcut) {
        QAction* toggle = dock->toggleViewAction();
        toggle->setObjectName(QStringLiteral("action.") + dock->objectName());
        toggle->setShortcut(shortcut);
        menu->addAction(toggle);
    };
    addDock(m_log, Qt::CTRL | Qt::Key_L);
    addDock(m_queue, Qt::CTRL | Qt::SHIFT | Qt::Key_Q);
    menu->addSeparator();

    QMenu* themes = menu->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(themes);
    const std::pair<ThemeMode, QString> modes[] = {
        {ThemeMode::system, tr("As the &system")}, {ThemeMode::light, tr("&Light")}, {ThemeMode::dark, tr("&Dark")}};
    for (const auto& [mode, text] : modes) {
        QAction* action = add(themes, "theme." + nameOf(mode), text);
        action->setCheckable(true);
        action->setChecked(mode == m_theme.mode());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, mode = mode] { m_theme.setMode(mode); });
    }
    const auto scaleBy = [this](int step) {
        m_theme.setFontScalePercent(step == 0 ? 100 : m_theme.fontScalePercent() + step);
    };
    connect(add(menu, "larger", tr("&Larger text"), QKeySequence::ZoomIn), &QAction::triggered, this,
            [scaleBy] { scaleBy(fontStep); });
    connect(add(menu, "smaller", tr("&Smaller text"), QKeySequence::ZoomOut), &QAction::triggered, this,
            [scaleBy] { scaleBy(-fontStep); });
    connect(add(menu, "normalSize", tr("&Normal text size"), Qt::CTRL | Qt::Key_0), &QAction::triggered, this,
            [scaleBy] { scaleBy(0); });
}

void MainWindow::makeHelpMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Help"));
    connect(add(menu, "help", tr("&Help on this page"), QKeySequence::HelpContents), &QAction::triggered, this,
            [this] { m_help->open(m_stack->currentWidget()->objectName()); });
    for (const HelpTopic& topic : helpTopics())
        if (!page(topic.name))
            connect(add(menu, "help." + topic.name, topic.title), &QAction::triggered, this,
                    [this, name = topic.name] { m_help->open(name); });
    menu->addSeparator();
    connect(add(menu, "diagnostics", tr("&Copy diagnostics"), Qt::CTRL | Qt::SHIFT | Qt::Key_C), &QAction::triggered,
            this, [this] { QApplication::clipboard()->setText(app::diagnosticsText(m_workspace)); });
    connect(add(menu, "about", tr("&About AWQ Studio")), &QAction::triggered, this,
            [this] { AboutDialog(m_workspace, this).exec(); });
}

} // namespace awq::ui

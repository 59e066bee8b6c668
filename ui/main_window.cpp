// SPDX-License-Identifier: GPL-3.0-or-later
// Construction and behaviour of the window; its menus are in main_window_menus.cpp.
#include "ui/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/help/help_window.h"
#include "ui/log_dock.h"
#include "ui/pages/benchmark_page.h"
#include "ui/pages/calibration_page.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/export_page.h"
#include "ui/pages/inspect_page.h"
#include "ui/pages/model_page.h"
#include "ui/pages/quantize_page.h"
#include "ui/pages/start_page.h"
#include "ui/pages/try_page.h"
#include "ui/plan_panel.h"
#include "ui/queue_dock.h"
#include "ui/theme/icons.h"
#include "ui/widgets/line.h"
#include "ui/widgets/rail.h"

namespace awq::ui {

using app::RunMonitor;
using app::RunState;

namespace {

constexpr int stateVersion = 1;        // of the docks' saved arrangement
constexpr double worthAsking = 2 * 60; // seconds of work that cancelling would lose

QString droppedPath(const QMimeData& data) {
    const QList<QUrl> urls = data.urls();
    return urls.size() == 1 && urls.front().isLocalFile() ? urls.front().toLocalFile() : QString();
}

} // namespace

MainWindow::MainWindow(app::Workspace& workspace, Theme& theme, QWidget* parent)
    : QMainWindow(parent), m_workspace(workspace), m_theme(theme), m_rail(new Rail), m_stack(new QStackedWidget),
      m_panel(new PlanPanel(workspace)), m_quantize(new QuantizePage(workspace, *this)),
      m_inspect(new InspectPage(workspace, *this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowTabbedDocks);
    makePages();
    makeDocks();
    m_help = new HelpWindow(this);
    makeMenus();
    connect(m_rail, &Rail::chosen, this, &MainWindow::showPage);
    connect(m_panel, &PlanPanel::cancelWanted, this, &MainWindow::cancelRun);
    RunMonitor& run = workspace.quantizing();
    for (const auto signal : {&RunMonitor::began, &RunMonitor::ticked, &RunMonitor::ended})
        connect(&run, signal, this, &MainWindow::updateTitle);
    connect(&run, &RunMonitor::ended, this, &MainWindow::announceEnd);
    restoreLook();
    updateTitle();
    goTo(page::start);
}

void MainWindow::makePages() {
    m_pages = {new StartPage(m_workspace, *this),
               new ModelPage(m_workspace, *this),
               new CalibrationPage(m_workspace, *this),
               m_quantize,
               m_inspect,
               new ComparePage(m_workspace, *this),
               new TryPage(m_workspace, *this),
               new BenchmarkPage(m_workspace, *this),
               new ExportPage(m_workspace, *this)};
    for (Page* page : m_pages) {
        m_rail->addPage(page);
        m_stack->addWidget(page);
    }
    auto* centre = new QWidget;
    auto* layout = new QHBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_rail);
    layout->addWidget(verticalLine());
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_panel);
    setCentralWidget(centre);
}

void MainWindow::makeDocks() {
    m_log = new LogDock(m_workspace);
    m_queue = new QueueDock(m_workspace);
    addDockWidget(Qt::BottomDockWidgetArea, m_queue);
    addDockWidget(Qt::BottomDockWidgetArea, m_log);
    tabifyDockWidget(m_queue, m_log);
    m_queue->hide();
    m_log->hide();
}

Page* MainWindow::page(const QString& name) const {
    for (Page* page : m_pages)
        if (page->objectName() == name)
            return page;
    return nullptr;
}

void MainWindow::showPage(int index) {
    Page* page = m_pages.at(std::size_t(index));
    m_stack->setCurrentWidget(page);
    m_rail->setCurrent(index);
    m_panel->setVisible(page->wantsPlanPanel());
    m_panel->setShowsRun(page != m_quantize);
    page->setFocus(Qt::OtherFocusReason); // Tab goes on inside the page
}

void MainWindow::goTo(const QString& pageName) {
    for (std::size_t i = 0; i < m_pages.size(); ++i)
        if (m_pages[i]->objectName() == pageName)
            showPage(int(i));
}

void MainWindow::openPath(const QString& path) {
    switch (m_workspace.open(path)) {
    case app::FolderKind::model:
        goTo(page::model);
        return;
    case app::FolderKind::run:
        goTo(page::inspect);
        return;
    case app::FolderKind::missing:
    case app::FolderKind::other:
        break;
    }
    goTo(page::start);
    page(page::start)
        ->notice()
        .show(NoticeKind::warning,
              tr("%1 holds neither a model nor a run").arg(QFileInfo(app::folderOf(path)).fileName()),
              tr("A model folder has a config.json, the folder of a run a run.json."));
}

void MainWindow::openDemo() {
    m_workspace.openDemo();
    goTo(page::model);
}

void MainWindow::browse() {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Open a model or a run"), m_workspace.settings().lastFolder());
    if (folder.isEmpty())
        return;
    m_workspace.settings().setLastFolder(QFileInfo(folder).absolutePath());
    openPath(folder);
}

void MainWindow::inspect(int block, const QString& linear) {
    goTo(page::inspect);
    m_inspect->showLinear(block, linear);
}

void MainWindow::cancelRun() {
    RunMonitor& run = m_workspace.quantizing();
    if (run.progress().state != RunState::running)
        return;
    if (run.secondsInBlock() > worthAsking) {
        const auto answer = QMessageBox::question(
            this, tr("Cancel the run"),
            tr("The current block has taken %1 so far; that work would be done again when the run is resumed.")
                .arg(app::secondsText(run.secondsInBlock())),
            QMessageBox::Yes | QMessageBox::No);
        if (answer != QMessageBox::Yes)
            return;
    }
    run.cancel();
}

void MainWindow::focusFilter() {
    for (QLineEdit* field : m_stack->currentWidget()->findChildren<QLineEdit*>())
        if (field->objectName().endsWith(QLatin1String(".filter")) && field->isVisible()) {
            field->setFocus(Qt::ShortcutFocusReason);
            field->selectAll();
            return;
        }
}

// The one that the page shows as its next step.
void MainWindow::pressPrimaryButton() {
    for (QPushButton* button : m_stack->currentWidget()->findChildren<QPushButton*>())
        if (button->property("primary").toBool() && button->isVisible() && button->isEnabled())
            return button->click();
}

void MainWindow::updateTitle() {
    const RunMonitor& run = m_workspace.quantizing();
    const QString program = QStringLiteral("AWQ Studio");
    setWindowTitle(
        run.isActive()
            ? tr("%1 · %2 – %3").arg(app::percentText(run.progress().fraction), app::etaText(run.eta()), program)
            : program);
}

void MainWindow::announceEnd() {
    if (!isActiveWindow())
        QApplication::alert(this);
}

bool MainWindow::mayClose() {
    if (!m_workspace.runner().isRunning())
        return true;
    QMessageBox box(
        QMessageBox::Question, tr("A job is running"),
        tr("Closing stops it after the current step. Finished blocks are kept, and the run can be resumed."),
        QMessageBox::NoButton, this);
    QPushButton* stop = box.addButton(tr("Stop and close"), QMessageBox::DestructiveRole);
    QPushButton* minimise = box.addButton(tr("Minimise"), QMessageBox::AcceptRole);
    box.setDefaultButton(box.addButton(tr("Back"), QMessageBox::RejectRole));
    box.exec();
    if (box.clickedButton() == static_cast<QAbstractButton*>(minimise))
        showMinimized();
    return box.clickedButton() == static_cast<QAbstractButton*>(stop);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!mayClose()) {
        event->ignore();
        return;
    }
    saveLook();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QString path = droppedPath(*event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    m_stack->currentWidget()->setProperty("dropTarget", true);
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
    m_stack->currentWidget()->setProperty("dropTarget", false);
}

void MainWindow::dropEvent(QDropEvent* event) {
    m_stack->currentWidget()->setProperty("dropTarget", false);
    const QString path = droppedPath(*event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    openPath(path);
}

void MainWindow::restoreLook() {
    const app::Settings& settings = m_workspace.settings();
    m_theme.setMode(themeModeFrom(settings.theme()));
    m_theme.setFontScalePercent(settings.fontScalePercent());
    resize(1280, 800);
    if (!settings.windowGeometry().isEmpty())
        restoreGeometry(settings.windowGeometry());
    restoreState(settings.windowState(), stateVersion);
}

void MainWindow::saveLook() {
    app::Settings& settings = m_workspace.settings();
    settings.setTheme(nameOf(m_theme.mode()));
    settings.setFontScalePercent(m_theme.fontScalePercent());
    settings.setWindowGeometry(saveGeometry());
    settings.setWindowState(saveState(stateVersion));
}

} // namespace awq::ui

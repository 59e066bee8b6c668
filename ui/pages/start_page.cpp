// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the start page.
#include "ui/pages/start_page.h"

#include <QDir>
#include <QFileDialog>
#include <QMessageBox>
#include <QVBoxLayout>

#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/folder_list.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/unfinished_list.h"

namespace awq::ui {

StartPage::StartPage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::start, tr("Start"), QStringLiteral("start"), parent), m_workspace(workspace), m_shell(shell) {
    setSubtitle(tr("Quantize a language model to 4 or 3 bits, see what it cost, save it where others can load it"));
    content()->addWidget(makeOpenCard(), 3);
    content()->addWidget(makeUnfinished());
    content()->addWidget(makeLists(), 3);
    connect(&workspace.runner(), &app::JobRunner::finished, &workspace, &app::Workspace::lookForUnfinishedRuns);
    setState(PageState::ready);
}

QWidget* StartPage::makeOpenCard() {
    std::vector<Action> actions{{tr("Browse…"), QStringLiteral("open"), [this] { m_shell.browse(); }}};
    if (!m_workspace.services().demoModel.isEmpty())
        actions.push_back({tr("Try the demo model"), QStringLiteral("star"), [this] { m_shell.openDemo(); }});
    auto* open = new EmptyState;
    open->show(QStringLiteral("model"), tr("Drop a model folder here"),
               tr("A folder with config.json and weights, any file in it, or the folder of an earlier run. Nothing is "
                  "uploaded."),
               actions);
    auto* card = new Card;
    card->body()->addWidget(open);
    return card;
}

QWidget* StartPage::makeUnfinished() {
    auto* list = new UnfinishedList(m_workspace.unfinishedRuns());
    connect(list, &UnfinishedList::resumeWanted, this, [this](const app::UnfinishedRun& run) {
        m_workspace.resume(run);
        m_shell.goTo(page::quantize);
    });
    connect(list, &UnfinishedList::inspectWanted, this,
            [this](const app::UnfinishedRun& run) { m_shell.openPath(run.folder); });
    connect(list, &UnfinishedList::discardWanted, this, &StartPage::discard);
    return list;
}

QWidget* StartPage::makeLists() {
    auto* recents = new FolderList(QStringLiteral("recents"), tr("Recent folders"), &m_workspace.recents());
    recents->setRemovable(true);
    connect(recents, &FolderList::removeWanted, &m_workspace.settings(), &app::Settings::removeRecent);
    connect(recents, &FolderList::locateWanted, this, &StartPage::locate);
    auto* found = new FolderList(QStringLiteral("hubModels"), tr("Models on this computer"), &m_workspace.hubModels());
    auto* lists = new QWidget;
    QHBoxLayout* layout =
        row({makeListCard(tr("Recent"), recents), makeListCard(tr("In the Hugging Face cache"), found)});
    layout->setSpacing(spacing().cardGap());
    lists->setLayout(layout);
    const auto showOrHide = [lists, recents, found] {
        lists->setVisible(recents->model()->rowCount() > 0 || found->model()->rowCount() > 0);
    };
    for (const QAbstractItemModel* model : {recents->model(), found->model()})
        connect(model, &QAbstractItemModel::modelReset, lists, showOrHide);
    showOrHide();
    return lists;
}

// Hidden while the list is empty.
Card* StartPage::makeListCard(const QString& title, FolderList* list) {
    auto* card = new Card(title);
    card->body()->addWidget(list);
    const auto showOrHide = [card, list] { card->setVisible(list->model()->rowCount() > 0); };
    connect(list->model(), &QAbstractItemModel::modelReset, card, showOrHide);
    connect(list, &FolderList::openWanted, this, [this](const QString& path) { m_shell.openPath(path); });
    showOrHide();
    return card;
}

void StartPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_workspace.recents().refresh();
    m_workspace.hubModels().refresh();
    m_workspace.lookForUnfinishedRuns();
}

void StartPage::locate(const QString& missing) {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Where is %1 now?").arg(QDir(missing).dirName()),
                                                             m_workspace.settings().lastFolder());
    if (folder.isEmpty())
        return;
    m_workspace.settings().removeRecent(missing);
    m_shell.openPath(folder);
}

void StartPage::discard(const app::UnfinishedRun& run) {
    const auto answer =
        QMessageBox::question(this, tr("Discard the run"),
                              tr("%1 finished blocks and the journal in %2 are deleted. The model stays as it is.")
                                  .arg(run.blocksDone)
                                  .arg(QDir::toNativeSeparators(run.folder)),
                              QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Cancel);
    if (answer != QMessageBox::Discard)
        return;
    try {
        m_workspace.discard(run);
    } catch (const core::Error& error) {
        notice().showError(error);
    }
}

} // namespace awq::ui

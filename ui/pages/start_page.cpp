// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the start page.
#include "ui/pages/start_page.h"

#include <QFileInfo>
#include <QVBoxLayout>

#include "app/paths.h"
#include "app/run_folder.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/label.h"
#include "ui/widgets/recents_view.h"

namespace awq::ui {

StartPage::StartPage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::start, tr("Start"), QStringLiteral("start"), parent), m_workspace(workspace), m_shell(shell),
      m_recents(new RecentsView(workspace.recents())), m_recentsCard(new Card(tr("Recent"))) {
    setSubtitle(tr("Quantize a language model to 4 or 3 bits, see what it cost, save it where others can load it"));
    m_recentsCard->body()->addWidget(m_recents);
    content()->addWidget(makeOpenCard(), 3);
    content()->addWidget(m_recentsCard, 2);
    connect(m_recents, &RecentsView::openWanted, this, [this](const QString& path) { m_shell.openPath(path); });
    connect(m_recents, &RecentsView::removeWanted, &workspace.settings(), &app::Settings::removeRecent);
    connect(&workspace.recents(), &QAbstractItemModel::modelReset, this, &StartPage::showRecents);
    showRecents();
    showUnfinished();
    setState(PageState::ready);
}

QWidget* StartPage::makeOpenCard() {
    std::vector<Action> actions{{tr("Browse…"), QStringLiteral("open"), [this] { m_shell.browse(); }}};
    if (!m_workspace.services().demoModel.isEmpty())
        actions.push_back({tr("Try the demo model"), QStringLiteral("star"), [this] { m_shell.openDemo(); }});
    auto* open = new EmptyState;
    open->show(QStringLiteral("model"), tr("Drop a model folder here"),
               tr("A folder with config.json and weights, or the folder of an earlier run. Nothing is uploaded."),
               actions);
    auto* card = new Card;
    card->body()->addWidget(open);
    return card;
}

void StartPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_workspace.recents().refresh();
}

void StartPage::showRecents() {
    m_recentsCard->setVisible(m_workspace.recents().rowCount() > 0);
}

void StartPage::showUnfinished() {
    for (const app::QueuedJob& job : m_workspace.queue().rows()) {
        if (job.state != app::JobState::interrupted)
            continue;
        const quint64 id = job.id;
        const QString runDir = app::toText(app::runFolder(job.request));
        std::vector<Action> actions{{tr("Resume"), QStringLiteral("resume"), [this, id] {
                                         notice().clear();
                                         m_workspace.queue().retry(id, true);
                                         m_workspace.starter().setPaused(false);
                                         m_workspace.starter().startNext();
                                         m_shell.goTo(page::quantize);
                                     }}};
        if (app::folderKind(runDir) == app::FolderKind::run)
            actions.push_back({tr("Inspect"), QStringLiteral("inspect"), [this, runDir] { m_shell.openPath(runDir); }});
        notice().show(NoticeKind::warning,
                      tr("The run of %1 was interrupted").arg(QFileInfo(app::toText(job.request.model)).fileName()),
                      tr("Finished blocks are kept; resuming goes on after the last one."), actions);
        return;
    }
}

} // namespace awq::ui

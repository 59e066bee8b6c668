// SPDX-License-Identifier: GPL-3.0-or-later
// Faces and state of the compare page.
#include "ui/pages/compare_page.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/pages/perplexity_view.h"
#include "ui/pages/task_view.h"
#include "ui/pages/token_view.h"
#include "ui/widgets/run_difference_view.h"

namespace awq::ui {

using app::RunMonitor;
using app::RunResults;
using app::Session;

ComparePage::ComparePage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::compare, tr("Compare"), QStringLiteral("compare"), parent), m_workspace(workspace), m_shell(shell),
      m_tabs(new QTabBar), m_faces(new QStackedWidget), m_perplexities(new PerplexityView(workspace)) {
    setSubtitle(tr("What quantizing cost, on text the search has not seen"));
    m_tabs->setObjectName(QStringLiteral("compare.tabs"));
    m_tabs->setAccessibleName(tr("What to compare"));
    m_tabs->setDrawBase(false);
    auto* runs = new RunDifferenceView(workspace);
    connect(runs, &RunDifferenceView::linearChosen, this,
            [this](int block, const QString& name) { m_shell.inspect(block, name); });
    addFace(tr("Perplexity"), m_perplexities);
    addFace(tr("Token by token"), new TokenView(workspace));
    addFace(tr("Two runs"), runs);
    addFace(tr("Tasks"), new TaskView(workspace));
    QPushButton* sideBySide = pushButton(tr("Try a prompt"), QStringLiteral("edit"));
    sideBySide->setObjectName(QStringLiteral("compare.try"));
    sideBySide->setToolTip(tr("The same prompt answered by two models, side by side"));
    connect(sideBySide, &QPushButton::clicked, this, [this] { m_shell.goTo(page::tryOut); });
    addHeaderWidget(m_tabs);
    addHeaderWidget(sideBySide);
    content()->addWidget(m_faces, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_faces, &QStackedWidget::setCurrentIndex);
    connect(&workspace.results(), &RunResults::stateChanged, this, &ComparePage::showState);
    connect(&workspace.session(), &Session::modelChanged, this, &ComparePage::showState);
    for (RunMonitor* run : {&workspace.evaluation().monitor(), &workspace.tasks().monitor()}) {
        connect(run, &RunMonitor::began, this, &ComparePage::showState);
        connect(run, &RunMonitor::ended, this, [this, run] { showEnd(*run); });
    }
    showState();
}

template <typename View>
void ComparePage::addFace(const QString& title, View* view) {
    m_tabs->addTab(title);
    m_faces->addWidget(view);
    if constexpr (requires { &View::startWanted; })
        connect(view, &View::startWanted, this, [this] { notice().clear(); });
    connect(view, &View::failed, this, [this](const core::Error& error) { notice().showError(error); });
}

void ComparePage::showState() {
    const bool nothing = m_workspace.session().modelState() == Session::State::none &&
                         m_workspace.results().state() == RunResults::State::none;
    const bool measured = m_workspace.evaluation().results().rowCount() > 0 || m_workspace.evaluation().comparison() ||
                          m_workspace.tasks().results().rowCount() > 0;
    if (nothing && !measured && !m_perplexities->hasCandidates()) {
        setState(PageState::todo);
        showEmpty(QStringLiteral("compare"), tr("Nothing to compare yet"), tr("Open a model or a finished run first."),
                  {{tr("Browse…"), QStringLiteral("open"), [this] { m_shell.browse(); }}});
        return;
    }
    showContent();
    const bool active = m_workspace.evaluation().monitor().isActive() || m_workspace.tasks().monitor().isActive();
    setState(active ? PageState::running : measured ? PageState::done : PageState::ready);
}

void ComparePage::showEnd(const RunMonitor& run) {
    showState();
    const app::RunProgress& progress = run.progress();
    if (progress.failed) {
        const core::Failed& failed = *progress.failed;
        notice().showError(core::Error(core::ErrorCode(failed.code), failed.what, failed.where, failed.hint));
        setState(PageState::attention);
    } else if (progress.state == app::RunState::cancelled) {
        notice().show(NoticeKind::info, tr("The measurement was stopped"), tr("Earlier results are unchanged."));
    }
}

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the quantize page.
#include "ui/pages/quantize_page.h"

#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "app/command_line.h"
#include "app/paths.h"
#include "app/run_folder.h"
#include "ui/report/report_saver.h"
#include "ui/widgets/card.h"
#include "ui/widgets/command_preview.h"
#include "ui/widgets/disclosure.h"
#include "ui/widgets/finish_card.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/override_editor.h"
#include "ui/widgets/preset_bar.h"
#include "ui/widgets/recipe_form.h"
#include "ui/widgets/run_view.h"

namespace awq::ui {

using app::RunMonitor;
using app::RunState;
using app::Session;

namespace {

bool holdsFiles(const QString& folder) {
    return QDir(folder).exists() && !QDir(folder).isEmpty();
}

} // namespace

QuantizePage::QuantizePage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::quantize, tr("Quantize"), QStringLiteral("quantize"), parent), m_workspace(workspace), m_shell(shell),
      m_tabs(new QTabBar), m_faces(new QStackedWidget) {
    m_tabs->addTab(tr("Recipe"));
    m_tabs->addTab(tr("Run"));
    m_tabs->setObjectName(QStringLiteral("quantize.tabs"));
    m_tabs->setAccessibleName(tr("Recipe or run"));
    m_tabs->setDrawBase(false);
    addHeaderWidget(m_tabs);
    m_faces->addWidget(makeRecipeFace());
    m_faces->addWidget(makeRunFace());
    content()->addWidget(m_faces, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_faces, &QStackedWidget::setCurrentIndex);

    Session& session = workspace.session();
    connect(&session, &Session::modelChanged, this, &QuantizePage::showSession);
    connect(&session, &Session::recipeChanged, this, &QuantizePage::showSession);
    connect(&session, &Session::planChanged, this, &QuantizePage::showSession);
    RunMonitor& run = workspace.quantizing();
    connect(&run, &RunMonitor::began, this, &QuantizePage::showRun);
    connect(&run, &RunMonitor::ended, this, &QuantizePage::showEnd);
    showSession();
}

QWidget* QuantizePage::makeRecipeFace() {
    auto* recipe = new Card(tr("Recipe"));
    auto* output = new Card(tr("Output"));
    auto* more = new Disclosure(tr("More options"));
    m_forms = {new RecipeForm({"preset", "bits", "group-size", "zero-point", "scale-search", "clip-search",
                               "rounding", "target", "refine-rounds"}),
               new RecipeForm({"format", "max-shard-size", "device", "dtype"}),
               new RecipeForm({"override", "results-in", "results-out"}),
               new RecipeForm({"memory-limit", "prefetch", "threads"})};
    for (RecipeForm* form : m_forms)
        connect(form, &RecipeForm::edited, this, &QuantizePage::takeRecipe);
    auto* mine = new PresetBar(m_workspace.presets(), m_workspace.session());
    connect(mine, &PresetBar::failed, this, [this](const core::Error& error) { notice().showError(error); });
    m_forms[0]->addFirstRow(tr("My presets"), mine);
    recipe->body()->addWidget(m_forms[0]);
    recipe->body()->addStretch();
    m_forms[1]->addFirstRow(tr("Folder"), makeOutputField());
    output->body()->addWidget(m_forms[1]);
    output->body()->addStretch();
    auto* moreRow = row({m_forms[2], m_forms[3]});
    moreRow->setSpacing(spacing().page);
    moreRow->setAlignment(m_forms[3], Qt::AlignTop);
    more->setContent(moreRow);

    m_command = new CommandPreview;
    m_start = pushButton(tr("Quantize"), QStringLiteral("run"), ButtonRole::primary);
    m_start->setObjectName(QStringLiteral("quantize.start"));
    connect(m_start, &QPushButton::clicked, this, &QuantizePage::start);
    QHBoxLayout* bottom = row({m_command, m_start});
    bottom->setStretch(0, 1);

    auto* face = new QWidget;
    auto* layout = new QVBoxLayout(face);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    QHBoxLayout* cards = row({recipe, output});
    cards->setSpacing(spacing().cardGap());
    cards->setStretch(0, 1);
    cards->setStretch(1, 1);
    auto* both = new QWidget; // as tall as the taller card needs, no more
    both->setLayout(cards);
    both->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    layout->addWidget(both);
    layout->addWidget(new OverrideEditor(m_workspace.session()));
    layout->addWidget(more);
    layout->addStretch();
    layout->addWidget(new Label(tr("The same in a terminal"), TextSize::small, Ink::dim));
    layout->addLayout(bottom);
    return face;
}

QWidget* QuantizePage::makeOutputField() {
    m_output = new QLineEdit;
    m_output->setObjectName(QStringLiteral("outputFolder"));
    m_output->setAccessibleName(tr("Output folder"));
    m_output->setToolTip(tr("A new or empty folder. It appears only when the checkpoint is complete and verified."));
    connect(m_output, &QLineEdit::editingFinished, this, [this] {
        if (m_output->isModified())
            m_workspace.session().setOutput(m_output->text().trimmed());
        m_output->setModified(false);
    });
    QToolButton* browse = iconButton(QStringLiteral("open"), tr("Choose the output folder"));
    browse->setObjectName(QStringLiteral("outputFolder.browse"));
    connect(browse, &QToolButton::clicked, this, &QuantizePage::chooseOutput);
    auto* field = new QWidget;
    field->setLayout(row({m_output, browse}));
    field->setFocusProxy(m_output);
    return field;
}

QWidget* QuantizePage::makeRunFace() {
    m_runView = new RunView(m_workspace.quantizing());
    m_finish =
        new FinishCard({{tr("Compare"), QStringLiteral("compare"), [this] { m_shell.goTo(page::compare); }},
                        {tr("Inspect"), QStringLiteral("inspect"), [this] { m_shell.goTo(page::inspect); }},
                        {tr("See the output"), QStringLiteral("export"), [this] { m_shell.goTo(page::exported); }}});
    m_finish->addHeaderWidget((new ReportSaver(m_workspace, notice(), this))->makeButton());
    m_finish->hide();
    connect(m_runView, &RunView::cancelWanted, this, [this] { m_shell.cancelRun(); });
    connect(m_runView, &RunView::blockChosen, this, [this](int block) { m_shell.inspect(block, {}); });
    connect(m_runView, &RunView::linearChosen, this, [this](int block, const QString& name) { m_shell.inspect(block, name); });
    connect(m_finish, &FinishCard::linearChosen, this, [this](int block, const QString& name) { m_shell.inspect(block, name); });
    auto* face = new QWidget;
    auto* layout = new QVBoxLayout(face);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    layout->addWidget(m_finish);
    layout->addWidget(m_runView, 1);
    return face;
}

void QuantizePage::takeRecipe(const core::Recipe& recipe) {
    m_workspace.session().setRecipe(recipe);
}

void QuantizePage::chooseOutput() {
    const QString folder = QFileDialog::getSaveFileName(this, tr("Output folder"), m_workspace.session().output(), {},
                                                        nullptr, QFileDialog::ShowDirsOnly);
    if (!folder.isEmpty())
        m_workspace.session().setOutput(folder);
}

void QuantizePage::start() {
    if (!m_start->isEnabled())
        return;
    notice().clear();
    const core::QuantizeRequest request = m_workspace.session().request();
    if (!refuseTakenOutput(request))
        enqueue(request);
}

bool QuantizePage::refuseTakenOutput(const core::QuantizeRequest& request) {
    const QString run = app::toText(app::runFolder(request));
    core::QuantizeRequest again = request, replacing = request;
    again.resume = true;
    replacing.force = true;
    if (app::folderKind(run) == app::FolderKind::run && !QDir(app::toText(request.output)).exists()) {
        notice().show(NoticeKind::warning, tr("An unfinished run for this output exists"),
                      tr("Resuming goes on after its last finished block. Its folder: %1").arg(run),
                      {{tr("Resume"), QStringLiteral("resume"), [this, again] { enqueue(again); }},
                       {tr("Start over"), QStringLiteral("retry"), [this, replacing] { enqueue(replacing); }}});
        return true;
    }
    if (holdsFiles(app::toText(request.output))) {
        notice().show(NoticeKind::warning, tr("The output folder is not empty"), app::toText(request.output),
                      {{tr("Replace it"), QStringLiteral("remove"), [this, replacing] { enqueue(replacing); }},
                       {tr("Choose another…"), QStringLiteral("open"), [this] { chooseOutput(); }}});
        return true;
    }
    return false;
}

void QuantizePage::enqueue(core::QuantizeRequest request) {
    notice().clear();
    const bool busy = m_workspace.runner().isRunning();
    m_workspace.enqueue(request);
    if (busy)
        notice().show(NoticeKind::info, tr("Added to the queue"), tr("It starts when the running job is done."));
}

void QuantizePage::resume() {
    enqueue(m_workspace.resumeRequest());
}

void QuantizePage::showSession() {
    const Session& session = m_workspace.session();
    const RunState run = m_workspace.quantizing().progress().state;
    for (RecipeForm* form : m_forms)
        form->setRecipe(session.recipe());
    m_output->setText(session.output());
    m_command->setCommand(app::commandLine(session.request()));
    const bool ready = session.planState() == Session::State::ready && session.plan().problems.empty();
    m_start->setEnabled(ready);
    m_start->setText(m_workspace.runner().isRunning() ? tr("Add to queue") : tr("Quantize"));
    m_start->setToolTip(ready ? tr("Start the run (F5)") : tr("The plan on the right says what is missing."));
    if (session.modelState() == Session::State::none && run == RunState::idle) {
        setState(PageState::todo);
        showEmpty(QStringLiteral("quantize"), tr("Choose a model first"), {},
                  {{tr("Go to Model"), QStringLiteral("model"), [this] { m_shell.goTo(page::model); }}});
        return;
    }
    setSubtitle(QFileInfo(session.modelFolder()).fileName());
    showContent();
    if (run == RunState::idle)
        setState(ready ? PageState::ready : PageState::todo);
}

void QuantizePage::showRun() {
    notice().clear();
    m_finish->hide();
    setState(PageState::running);
    showSession();
    goToFace(runFace);
}

void QuantizePage::showEnd() {
    const app::RunProgress& progress = m_workspace.quantizing().progress();
    const std::vector<Action> resumeAction{{tr("Resume"), QStringLiteral("resume"), [this] { resume(); }}};
    m_finish->setVisible(progress.state == RunState::finished);
    if (progress.state == RunState::finished) {
        m_finish->show(progress);
        setState(PageState::done);
    } else if (progress.state == RunState::cancelled) {
        notice().show(NoticeKind::info,
                      tr("Stopped after block %1 of %2").arg(progress.blocksDone()).arg(progress.blocks.size()),
                      tr("Finished blocks are kept. Resume any time."), resumeAction);
        setState(PageState::attention);
    } else if (progress.failed) {
        const core::Failed& failed = *progress.failed;
        const bool canResume = progress.blocksDone() > 0;
        notice().showError(core::Error(core::ErrorCode(failed.code), failed.what, failed.where, failed.hint),
                           canResume ? resumeAction : std::vector<Action>());
        setState(PageState::attention);
    }
    showSession();
}

void QuantizePage::goToFace(Face face) {
    m_tabs->setCurrentIndex(face);
}

} // namespace awq::ui

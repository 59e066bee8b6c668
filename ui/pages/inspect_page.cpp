// SPDX-License-Identifier: GPL-3.0-or-later
// Selection, loading and states of the Inspect page.
#include "ui/pages/inspect_page.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMouseEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>
#include <algorithm>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/pages/linear_view.h"
#include "ui/pages/override_panel.h"
#include "ui/plots/plot.h"
#include "ui/report/report_saver.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/table.h"

namespace awq::ui {

InspectPage::InspectPage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::inspect, tr("Inspect"), "inspect", parent), m_workspace(workspace), m_results(workspace.results()),
      m_shell(shell), m_tabs(new QTabBar), m_stack(new QStackedWidget),
      m_linears(new Table("inspectLinears", tr("Linears of the run"), &m_results.linears())),
      m_scaleSets(new Table("inspectScaleSets", tr("Scale sets of the run"), &m_results.scaleSets())),
      m_count(new Label({}, TextSize::small, Ink::dim)), m_view(new LinearView),
      m_override(new OverridePanel(workspace)), m_overrideButton(pushButton(tr("Override"), "edit")),
      m_splitter(new QSplitter) {
    m_splitter->setObjectName("inspectSplitter");
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(spacing().cardGap());
    m_splitter->addWidget(makeTables());
    m_splitter->addWidget(m_view);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 5);
    m_splitter->setSizes({2500, 5000});
    content()->addWidget(m_splitter, 1);
    auto* exportAll = pushButton(tr("Export all plots…"), "export");
    connect(exportAll, &QPushButton::clicked, this, &InspectPage::exportAll);
    addHeaderWidget((new ReportSaver(workspace, notice(), this))->makeButton());
    addHeaderWidget(exportAll);
    auto* open = pushButton(tr("Open a run…"), "open");
    connect(open, &QPushButton::clicked, this, [this] { m_shell.browse(); });
    addHeaderWidget(open);
    m_exportButton = exportAll;
    addOverridePanel();

    connect(m_linears, &Table::currentSourceRowChanged, this, &InspectPage::selectLinear);
    connect(m_scaleSets, &Table::currentSourceRowChanged, this, &InspectPage::selectScaleSet);
    connect(m_view, &LinearView::overlayRequested, this, [this] { pin(m_linears->sourceRow()); });
    connect(m_view, &LinearView::overlayDropped, this, &InspectPage::unpin);
    m_linears->viewport()->installEventFilter(this);
    connect(&m_results, &app::RunResults::stateChanged, this, &InspectPage::refreshState);
    connect(&m_results, &app::RunResults::contentChanged, this, &InspectPage::refreshContent);
    refreshState();
}

void InspectPage::addOverridePanel() {
    m_overrideButton->setObjectName("inspect.override");
    m_overrideButton->setCheckable(true);
    m_overrideButton->setToolTip(tr("Another ratio, no clipping or float for the scale set of this linear"));
    m_view->addHeadingButton(m_overrideButton);
    m_view->insertBelowHeading(m_override);
    m_override->hide();
    connect(m_overrideButton, &QPushButton::toggled, m_override, &QWidget::setVisible);
    connect(m_override, &OverridePanel::failed, this, [this](const core::Error& error) { notice().showError(error); });
    connect(&m_workspace.overriding(), &app::Overriding::kept, this,
            [this] { notice().show(NoticeKind::ok, tr("The choice is part of the run and its recipe now.")); });
}

QWidget* InspectPage::makeTables() {
    // block, linear, shape, bits, group, output MSE, weight MSE, kept range, clipped, fate, reason
    m_linears->setColumnWidths({6, 20, 0, 0, 0, 12, 0, 0, 9, 11, 16});
    m_scaleSets->setColumnWidths({6, 24, 28, 6, 10, 0, 7, 9, 16});
    for (Table* table : {m_linears, m_scaleSets})
        table->setFrameShape(QFrame::StyledPanel);
    m_tabs->addTab(tr("Linears"));
    m_tabs->addTab(tr("Scale sets"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setAccessibleName(tr("What the table lists"));
    auto* filters = new QStackedWidget;
    filters->addWidget(m_linears->makeFilter(tr("Filter linears")));
    filters->addWidget(m_scaleSets->makeFilter(tr("Filter scale sets")));
    filters->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_stack->addWidget(m_linears);
    m_stack->addWidget(m_scaleSets);
    connect(m_tabs, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);
    connect(m_tabs, &QTabBar::currentChanged, filters, &QStackedWidget::setCurrentIndex);

    auto* side = new QWidget;
    auto* top = new QHBoxLayout;
    top->addWidget(m_tabs);
    top->addStretch();
    top->addWidget(filters);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().small);
    layout->addLayout(top);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_count);
    return side;
}

// --- states

void InspectPage::refreshState() {
    const Action quantize{tr("Go to Quantize"), "quantize", [this] { m_shell.goTo(page::quantize); }};
    const Action open{tr("Open a run…"), "open", [this] { m_shell.browse(); }};
    m_details.forget();
    m_overlayDetails.forget();
    // The same run read anew keeps its selection.
    if (m_view->subject() && m_results.folder() == m_shownFolder)
        m_wanted = {m_view->subject()->linear.block, QString::fromStdString(m_view->subject()->linear.name)};
    m_view->clear();
    m_override->setSubject(std::nullopt);
    m_overrideButton->setEnabled(false);
    m_exportButton->setEnabled(false);
    notice().clear();
    setSubtitle({});
    switch (m_results.state()) {
    case app::RunResults::State::none:
        setState(PageState::todo);
        return showEmpty("inspect", tr("Nothing quantized yet"),
                         tr("A run's linears, scales and clips are shown here, block by block."), {quantize, open});
    case app::RunResults::State::loading:
        return showLoading(tr("Reading the run"));
    case app::RunResults::State::failed:
        setState(PageState::attention);
        notice().showError(*m_results.error());
        return showEmpty("inspect", tr("This run cannot be shown"), m_results.folder(), {open, quantize});
    case app::RunResults::State::ready:
        return refreshContent();
    }
}

void InspectPage::refreshContent() {
    if (m_results.state() != app::RunResults::State::ready)
        return;
    const core::RunInfo& info = m_results.info();
    const int done = m_results.progress().blocksDone();
    setSubtitle(tr("%1 · w%2 g%3 · %4 of %5 blocks · %6")
                    .arg(QFileInfo(app::toText(info.model)).fileName())
                    .arg(info.recipe.bits)
                    .arg(info.recipe.groupSize)
                    .arg(done)
                    .arg(info.blocks)
                    .arg(m_results.wasInterrupted() ? tr("interrupted") : QString::fromStdString(info.state)));
    showDamage();
    const bool running = info.state == "running" && !m_results.wasInterrupted();
    setState(m_results.wasInterrupted() || !m_results.damaged().isEmpty() ? PageState::attention
             : running                                                    ? PageState::running
                                                                          : PageState::done);
    if (m_results.linears().rowCount() == 0)
        return showEmpty("inspect",
                         running ? tr("The first block is not finished yet") : tr("This run finished no block"),
                         m_results.folder(), {{tr("Open a run…"), "open", [this] { m_shell.browse(); }}});
    showContent();
    m_exportButton->setEnabled(true);
    m_count->setText(
        tr("%1 linears, %2 scale sets").arg(m_results.linears().rowCount()).arg(m_results.scaleSets().rowCount()));
    if (m_wanted)
        showLinear(m_wanted->first, m_wanted->second);
    if (!m_view->subject())
        m_linears->selectSourceRow(0);
}

void InspectPage::showDamage() {
    if (!m_results.damaged().isEmpty())
        return notice().show(NoticeKind::warning,
                             tr("%n block(s) of this run cannot be read; the others are shown.", nullptr,
                                int(m_results.damaged().size())),
                             m_results.damaged().join('\n'));
    if (m_results.wasInterrupted())
        return notice().show(NoticeKind::info,
                             tr("This run stopped before it was finished; its finished blocks are kept."), {},
                             {{tr("Resume"), "resume", [this] {
                                   m_workspace.enqueue(m_workspace.resumeRequest());
                                   m_shell.goTo(page::quantize);
                               }}});
    if (m_results.info().state == "changed")
        return notice().show(NoticeKind::warning, tr("Choices of this run were changed after its folder was written."),
                             {}, {{tr("Write the folder again"), "export", [this] {
                                       m_workspace.enqueue(m_workspace.resumeRequest());
                                       m_shell.goTo(page::quantize);
                                   }}});
    notice().clear();
}

// --- selection

std::optional<LinearSubject> InspectPage::subjectOf(int row) const {
    if (row < 0 || row >= m_results.linears().rowCount())
        return std::nullopt;
    LinearSubject subject{m_results.linears().row(row), std::nullopt};
    const int set =
        m_results.scaleSets().findConsumer(subject.linear.block, QString::fromStdString(subject.linear.name));
    if (set >= 0)
        subject.scaleSet = m_results.scaleSets().row(set);
    return subject;
}

void InspectPage::selectLinear(int row) {
    const auto subject = subjectOf(row);
    if (!subject)
        return;
    m_wanted.reset();
    m_shownFolder = m_results.folder();
    m_view->show(*subject);
    m_override->setSubject(subject);
    m_overrideButton->setEnabled(true);
    loadArrays();
}

void InspectPage::selectScaleSet(int row) {
    if (row < 0 || row >= m_results.scaleSets().rowCount())
        return;
    const core::ScaleSetResult& set = m_results.scaleSets().row(row);
    if (!set.consumers.empty())
        showLinear(set.block, QString::fromStdString(set.consumers.front()));
}

void InspectPage::showLinear(int block, const QString& name) {
    const int row = name.isEmpty() ? firstOf(block) : m_results.linears().find(block, name);
    m_wanted.reset();
    if (row < 0) {
        m_wanted = {block, name};
        return;
    }
    if (m_linears->sourceRow() == row)
        return selectLinear(row);
    m_linears->selectSourceRow(row);
    if (m_linears->sourceRow() != row) // hidden by the filter: shown all the same
        selectLinear(row);
}

int InspectPage::firstOf(int block) const {
    const auto& rows = m_results.linears().rows();
    const auto first =
        std::find_if(rows.begin(), rows.end(), [&](const core::LinearResult& linear) { return linear.block == block; });
    return first == rows.end() ? -1 : int(first - rows.begin());
}

void InspectPage::loadArrays() {
    m_details.fetch(m_results.folder(), m_view->subject()->linear.block,
                    [this](const app::BlockDetails::Block& block, const std::optional<core::Error>& error) {
                        if (block)
                            m_view->showArrays(block);
                        else
                            m_view->showUnreadable(tr("%1\n%2").arg(QString::fromUtf8(error->what()),
                                                                    QString::fromStdString(error->where())));
                    });
}

void InspectPage::pin(int row) {
    const auto subject = subjectOf(row);
    if (!subject)
        return;
    m_view->setOverlay(subject);
    loadOverlayArrays();
}

void InspectPage::unpin() {
    m_overlayDetails.forget();
    m_view->setOverlay(std::nullopt);
}

void InspectPage::loadOverlayArrays() {
    m_overlayDetails.fetch(m_results.folder(), m_view->overlay()->linear.block,
                           [this](const app::BlockDetails::Block& block, const std::optional<core::Error>&) {
                               if (block)
                                   m_view->showOverlayArrays(block);
                           });
}

// Shift+click on a row pins it, and leaves the selection where it is.
bool InspectPage::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_linears->viewport() && event->type() == QEvent::MouseButtonPress) {
        const auto* press = static_cast<QMouseEvent*>(event);
        const QModelIndex index = m_linears->indexAt(press->pos());
        if (press->button() == Qt::LeftButton && press->modifiers() == Qt::ShiftModifier && index.isValid()) {
            pin(m_linears->proxy().mapToSource(index).row());
            return true;
        }
    }
    return Page::eventFilter(watched, event);
}

void InspectPage::exportAll() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Export all plots into a folder"));
    if (folder.isEmpty())
        return;
    QStringList problems;
    for (Plot* plot : m_view->plots())
        for (const char* suffix : {"png", "csv"}) {
            const QString problem = plot->exportTo(folder + '/' + plot->suggestedFileName(suffix));
            if (!problem.isEmpty())
                problems << problem;
        }
    if (problems.isEmpty())
        notice().show(NoticeKind::ok,
                      tr("Pictures and numbers of %1 are in %2").arg(m_view->subject()->name(), folder));
    else
        notice().show(NoticeKind::error, tr("Not every plot could be written"), problems.join('\n'));
}

} // namespace awq::ui

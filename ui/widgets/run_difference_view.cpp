// SPDX-License-Identifier: GPL-3.0-or-later
// Comparing two runs.
#include "ui/widgets/run_difference_view.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QVBoxLayout>
#include <algorithm>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/plots/delta_plot.h"
#include "ui/plots/scatter_plot.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/plot_card.h"
#include "ui/widgets/save_results.h"
#include "ui/widgets/table.h"

namespace awq::ui {

using app::LinearDifference;
using app::OptionDifference;
using app::RunResults;

RunDifferenceView::RunDifferenceView(app::Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_deltas(new DeltaPlot(tr("Change of the output error"))),
      m_scatter(new ScatterPlot(tr("Output error, both runs"), true, true)),
      m_linears({{tr("Block"), tr("Counted from 0."), [](const LinearDifference& d) { return d.block; }, {}, true},
                 {tr("Linear"), tr("Its name inside the block."), [](const LinearDifference& d) { return d.name; }},
                 {tr("Opened run"), tr("Output MSE in the opened run."), [](const LinearDifference& d) { return d.a; },
                  [](const LinearDifference& d) { return app::lossText(d.a); }, true},
                 {tr("Other run"), tr("Output MSE in the other run."), [](const LinearDifference& d) { return d.b; },
                  [](const LinearDifference& d) { return app::lossText(d.b); }, true},
                 {tr("Change (%)"), tr("Of the other run against the opened one; more is worse."),
                  [](const LinearDifference& d) { return d.change() * 100; },
                  [](const LinearDifference& d) { return app::fixedText(d.change() * 100, 1); }, true}}),
      m_options({{tr("Option"), tr("As on the command line."), [](const OptionDifference& d) { return d.option; }},
                 {tr("Opened run"), tr("Its value in the opened run."), [](const OptionDifference& d) { return d.a; }},
                 {tr("Other run"), tr("Its value in the other run."), [](const OptionDifference& d) { return d.b; }}}) {
    m_scatter->setAxisTitles(tr("Output MSE, opened run"), tr("Output MSE, other run"));
    auto* grid = new PlotGrid({new PlotCard(m_deltas), new PlotCard(m_scatter)});
    const auto cards = grid->findChildren<PlotCard*>();
    grid->arrange({{cards[0], cards[1]}});
    QHBoxLayout* tables = row({makeLinearCard(), makeRecipeCard()});
    tables->setSpacing(spacing().cardGap());
    tables->setStretch(0, 1);
    tables->setStretch(1, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    layout->addWidget(makeHeader());
    layout->addWidget(grid, 3);
    layout->addLayout(tables, 2);
    connect(m_scatter, &Plot::pointPicked, this, [this](int point) {
        const LinearDifference& difference = m_linears.row(point);
        emit linearChosen(difference.block, difference.name);
    });
    connect(m_deltas, &DeltaPlot::deltaPicked, this, [this](const QString& label) {
        for (const LinearDifference& difference : m_linears.rows())
            if (difference.label() == label)
                return emit linearChosen(difference.block, difference.name);
    });
    connect(&workspace.results(), &RunResults::stateChanged, this, &RunDifferenceView::offerRuns);
    connect(&workspace.results(), &RunResults::contentChanged, this, &RunDifferenceView::load);
    connect(&workspace.settings(), &app::Settings::recentsChanged, this, &RunDifferenceView::offerRuns);
    offerRuns();
}

QWidget* RunDifferenceView::makeHeader() {
    m_other = new QComboBox;
    m_other->setObjectName(QStringLiteral("compare.otherRun"));
    m_other->setAccessibleName(tr("Other run"));
    m_other->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    QToolButton* browse = iconButton(QStringLiteral("open"), tr("Choose the folder of a run"));
    browse->setObjectName(QStringLiteral("compare.otherRun.browse"));
    m_summary = new Label({}, TextSize::base, Ink::dim);
    connect(m_other, &QComboBox::currentIndexChanged, this, &RunDifferenceView::load);
    connect(browse, &QToolButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder of a run"));
        if (!folder.isEmpty())
            choose(folder);
    });
    auto* card = new Card;
    card->body()->addLayout(row({new Label(tr("Opened run against")), m_other, browse, m_summary, nullptr}));
    card->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    return card;
}

QWidget* RunDifferenceView::makeLinearCard() {
    auto* table = new Table(QStringLiteral("linearDifferences"), tr("Differences of the linears"), &m_linears);
    table->setColumnWidths({8, 24, 12, 12, -1});
    auto* save = new SaveResults(QStringLiteral("linearDifferences.save"), m_linears, [this] {
        return tr("Output MSE of each linear: %1 against %2")
            .arg(m_workspace.results().folder(), m_other->currentData().toString());
    });
    connect(save, &SaveResults::failed, this, &RunDifferenceView::failed);
    connect(table, &QTableView::activated, this, [this, table] {
        const LinearDifference& difference = m_linears.row(table->sourceRow());
        emit linearChosen(difference.block, difference.name);
    });
    auto* card = new Card(tr("Linears, worst first"));
    card->addHeaderWidget(save);
    card->body()->addWidget(table);
    return card;
}

QWidget* RunDifferenceView::makeRecipeCard() {
    auto* card = new Card(tr("What the recipes ask differently"));
    auto* table = new Table(QStringLiteral("recipeDifferences"), tr("Differences of the recipes"), &m_options);
    table->setColumnWidths({20, 20, -1});
    card->body()->addWidget(table);
    return card;
}

void RunDifferenceView::choose(const QString& folder) {
    if (m_other->findData(folder) < 0)
        m_other->addItem(QDir(folder).dirName(), folder);
    m_other->setCurrentIndex(m_other->findData(folder));
}

void RunDifferenceView::offerRuns() {
    const QString before = m_other->currentData().toString();
    {
        const QSignalBlocker quiet(m_other);
        m_other->clear();
        for (const QString& path : m_workspace.settings().recents())
            if (path != QDir(m_workspace.results().folder()).canonicalPath() &&
                app::folderKind(path) == app::FolderKind::run)
                m_other->addItem(QDir(path).dirName(), path);
        m_other->setCurrentIndex(std::max(0, m_other->findData(before)));
    }
    load();
}

void RunDifferenceView::load() {
    const QString folder = m_other->currentData().toString();
    if (m_workspace.results().state() != RunResults::State::ready)
        return clear(tr("Open a run first."));
    if (folder.isEmpty())
        return clear(tr("Choose a second run."));
    m_task.request([folder = app::toPath(folder)](std::stop_token) { return app::readRunSummary(folder); },
                   [this](const core::Outcome<app::RunSummary>& outcome) { show(outcome); });
}

void RunDifferenceView::show(const core::Outcome<app::RunSummary>& outcome) {
    if (!outcome.ok())
        return clear(QString::fromUtf8(outcome.error->what()));
    RunResults& run = m_workspace.results();
    const app::RunSummary& other = *outcome.result;
    m_options.setRows(app::recipeDifferences(run.info().recipe, other.recipe));
    std::vector<LinearDifference> differences = app::linearDifferences(run.linears().rows(), other.linears);
    if (differences.empty())
        return clear(tr("The two runs have no quantized linear in common."));
    std::vector<Delta> deltas;
    std::vector<ScatterPoint> points;
    for (const LinearDifference& difference : differences) {
        deltas.push_back({difference.label(), difference.change()});
        points.push_back({difference.label(), difference.a, difference.b});
    }
    m_deltas->setDeltas(std::move(deltas));
    m_scatter->setPoints(std::move(points));
    const auto worse =
        std::count_if(differences.begin(), differences.end(), [](const LinearDifference& d) { return d.change() > 0; });
    QString text = tr("%1 of %2 linears are worse in the other run")
                       .arg(app::countText(worse), app::countText(qint64(differences.size())));
    if (other.model != run.info().model)
        text += tr(" · not the same model folder");
    m_summary->setText(text);
    m_linears.setRows(std::move(differences));
}

void RunDifferenceView::clear(const QString& message) {
    m_task.cancel();
    m_linears.setRows({});
    m_deltas->setDeltas({});
    m_scatter->setPoints({});
    m_deltas->setMessage(message);
    m_scatter->setMessage(message);
    m_summary->clear();
}

} // namespace awq::ui

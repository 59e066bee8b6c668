// SPDX-License-Identifier: GPL-3.0-or-later
// Measuring and showing perplexities.
#include "ui/pages/perplexity_view.h"

#include <QDir>
#include <QVBoxLayout>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/plots/perplexity_plot.h"
#include "ui/plots/scatter_plot.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/compare_form.h"
#include "ui/widgets/job_line.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/plot_card.h"
#include "ui/widgets/save_results.h"
#include "ui/widgets/table.h"
#include "ui/widgets/text_windows_form.h"

namespace awq::ui {

using app::Evaluation;
using app::RunResults;
using app::Session;

namespace {

constexpr double bytesInMegabyte = 1e6;

// From the labels the evaluation gives: "float", "RTN w4g128", "awq-gemm w4g128".
ModelKind kindOf(const std::string& label) {
    if (label == "float")
        return ModelKind::floatModel;
    if (label.starts_with("RTN"))
        return ModelKind::rtn;
    return label.find("awq") != std::string::npos ? ModelKind::awq : ModelKind::other;
}

} // namespace

PerplexityView::PerplexityView(app::Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_form(new CompareForm) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    layout->addWidget(makeFormCard());
    layout->addWidget(makeResults(), 1);
    layout->addStretch();
    connect(m_form, &CompareForm::edited, this, &PerplexityView::showReadiness);
    connect(&workspace.results(), &RunResults::contentChanged, this, &PerplexityView::offerRun);
    connect(&workspace.session(), &Session::modelChanged, this, &PerplexityView::offerRun);
    connect(&workspace.settings(), &app::Settings::recentsChanged, this, &PerplexityView::offerRun);
    connect(&workspace.runner(), &app::JobRunner::started, this, &PerplexityView::showReadiness);
    connect(&workspace.runner(), &app::JobRunner::finished, this, &PerplexityView::showReadiness);
    connect(&workspace.evaluation(), &Evaluation::resultsChanged, this, &PerplexityView::showResults);
    offerRun();
    showResults();
}

QWidget* PerplexityView::makeFormCard() {
    m_job = new JobLine(m_workspace.evaluation().monitor(), QStringLiteral("compare"), tr("Measure perplexity"));
    auto* card = new Card(tr("Models and text"));
    card->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum); // what is left belongs to the results
    card->body()->addWidget(m_form);
    card->body()->addWidget(m_job);
    connect(m_job, &JobLine::startWanted, this, &PerplexityView::measure);
    return card;
}

QWidget* PerplexityView::makeResults() {
    Evaluation& evaluation = m_workspace.evaluation();
    m_plot = new PerplexityPlot;
    m_sizes = new ScatterPlot(tr("Size and perplexity"), false, false);
    m_sizes->setAxisTitles(tr("Size of all tensors (MB)"), tr("Perplexity"));
    m_sizes->setDecimals(1, 3);
    m_sizes->setLabelled(true);
    auto* grid = new PlotGrid({new PlotCard(m_plot), new PlotCard(m_sizes)});
    const auto cards = grid->findChildren<PlotCard*>();
    grid->arrange({{cards[0], cards[1]}});
    m_table = new Table(QStringLiteral("perplexities"), tr("Perplexities"), &evaluation.results());
    m_table->setColumnWidths({24, 12, 10, 11, 11, 11, 10, -1});
    m_protocol = paragraph({}, TextSize::small, Ink::dim);
    m_stale = paragraph(tr("The text settings changed since these results: measure again to compare on the new text."),
                        TextSize::small, Ink::warning);
    m_stale->setObjectName(QStringLiteral("compare.stale"));
    m_save = new SaveResults(QStringLiteral("perplexities.save"), evaluation.results(),
                             [&evaluation] { return evaluation.protocol(); });
    connect(m_save, &SaveResults::failed, this, &PerplexityView::failed);
    auto* tableCard = new Card(tr("Perplexities"));
    tableCard->addHeaderWidget(m_save);
    tableCard->body()->addWidget(m_table, 1);
    tableCard->body()->addWidget(m_protocol);
    tableCard->body()->addWidget(m_stale);
    m_results = new QWidget;
    auto* layout = new QVBoxLayout(m_results);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    layout->addWidget(grid, 3);
    layout->addWidget(tableCard, 2);
    return m_results;
}

bool PerplexityView::hasCandidates() const {
    return !m_form->request().models.empty();
}

void PerplexityView::offerRun() {
    const RunResults& run = m_workspace.results();
    const Session& session = m_workspace.session();
    if (session.modelState() == Session::State::ready && session.modelFolder() != m_windowFor) {
        m_windowFor = session.modelFolder();
        m_form->text().setLongestWindow(session.model().maximumPositions);
    }
    if (run.state() == RunResults::State::ready) {
        const QString output = app::toText(run.info().output);
        m_form->setRun(app::toText(run.info().model), run.info().recipe, QDir(output).exists() ? output : QString());
    } else if (session.modelState() == Session::State::ready) {
        m_form->setRun(session.modelFolder(), session.recipe(), {});
    }
    m_form->setOffers(modelOffers(m_workspace));
    showReadiness();
}

void PerplexityView::measure() {
    emit startWanted();
    m_workspace.evaluation().measure(m_form->request());
}

void PerplexityView::showReadiness() {
    const core::EvaluateRequest request = m_form->request();
    const bool busy = m_workspace.runner().isRunning(), any = !request.models.empty();
    m_job->setStartable(any && !busy, busy ? tr("Waits for the running job") : tr("One pass over the text per model"));
    m_form->setEnabled(!m_workspace.evaluation().monitor().isActive());
    m_stale->setVisible(!app::sameText(request, m_workspace.evaluation().request()));
}

void PerplexityView::showResults() {
    Evaluation& evaluation = m_workspace.evaluation();
    const std::vector<app::MeasuredModel>& results = evaluation.results().rows();
    m_results->setVisible(!results.empty());
    std::vector<PerplexityEntry> entries;
    std::vector<ScatterPoint> sizes;
    for (const app::MeasuredModel& result : results) {
        const QString label = QString::fromStdString(result.label);
        entries.push_back({label, result.perplexity, result.sigma, kindOf(result.label)});
        if (result.bytes > 0)
            sizes.push_back({label, double(result.bytes) / bytesInMegabyte, result.perplexity});
    }
    m_plot->setEntries(std::move(entries));
    m_plot->setDataset(evaluation.protocol().section(QStringLiteral(" · "), 0, 1)); // text and window; all of it below
    m_sizes->setPoints(std::move(sizes));
    m_protocol->setText(evaluation.protocol());
    showReadiness();
}

} // namespace awq::ui

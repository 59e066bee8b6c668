// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the compare page.
#include "ui/pages/compare_page.h"

#include <QDir>
#include <QProgressBar>
#include <QVBoxLayout>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/plots/perplexity_plot.h"
#include "ui/widgets/card.h"
#include "ui/widgets/compare_form.h"
#include "ui/widgets/facts.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/table.h"

namespace awq::ui {

using app::Evaluation;
using app::PerplexityModel;
using app::RunMonitor;
using app::RunResults;
using app::Session;

namespace {

// From the labels the evaluation gives: "float", "RTN w4g128", "awq-gemm w4g128".
ModelKind kindOf(const std::string& label) {
    if (label == "float")
        return ModelKind::floatModel;
    if (label.starts_with("RTN"))
        return ModelKind::rtn;
    return label.find("awq") != std::string::npos ? ModelKind::awq : ModelKind::other;
}

} // namespace

ComparePage::ComparePage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::compare, tr("Compare"), QStringLiteral("compare"), parent), m_workspace(workspace), m_shell(shell),
      m_form(new CompareForm) {
    setSubtitle(tr("What quantizing cost, measured on text the search has not seen"));
    content()->addWidget(makeFormCard());
    content()->addWidget(makeResultsCard(), 1);
    content()->addStretch();

    connect(m_form, &CompareForm::edited, this, &ComparePage::showReadiness);
    connect(&workspace.results(), &RunResults::contentChanged, this, &ComparePage::offerRun);
    connect(&workspace.session(), &Session::modelChanged, this, &ComparePage::offerRun);
    connect(&workspace.runner(), &app::JobRunner::started, this, &ComparePage::showReadiness);
    connect(&workspace.runner(), &app::JobRunner::finished, this, &ComparePage::showReadiness);
    RunMonitor& run = workspace.evaluation().monitor();
    connect(&run, &RunMonitor::began, this, &ComparePage::showProgress);
    connect(&run, &RunMonitor::advanced, this, &ComparePage::showProgress);
    connect(&run, &RunMonitor::ticked, this, &ComparePage::showProgress);
    connect(&run, &RunMonitor::ended, this, &ComparePage::showEnd);
    connect(&workspace.evaluation(), &Evaluation::resultsChanged, this, &ComparePage::showResults);
    offerRun();
    showProgress();
    showResults();
}

QWidget* ComparePage::makeFormCard() {
    m_measure = pushButton(tr("Measure perplexity"), QStringLiteral("run"), ButtonRole::primary);
    m_measure->setObjectName(QStringLiteral("compare.measure"));
    m_cancel = pushButton(tr("Cancel"), QStringLiteral("cancel"));
    m_cancel->setObjectName(QStringLiteral("compare.cancel"));
    m_bar = new QProgressBar;
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the evaluation"));
    m_phase = new Label({}, TextSize::small, Ink::dim);
    auto* card = new Card(tr("Models and text"));
    card->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum); // what is left belongs to the results
    card->body()->addWidget(m_form);
    QHBoxLayout* line = row({m_measure, m_cancel, m_bar, m_phase, nullptr});
    line->setStretch(2, 1);
    card->body()->addLayout(line);
    connect(m_measure, &QPushButton::clicked, this, &ComparePage::measure);
    connect(m_cancel, &QPushButton::clicked, &m_workspace.evaluation().monitor(), &RunMonitor::cancel);
    return card;
}

QWidget* ComparePage::makeResultsCard() {
    m_resultsCard = new Card(tr("Perplexity"));
    m_plot = new PerplexityPlot;
    m_table = new Table(QStringLiteral("perplexities"), tr("Perplexities"), &m_workspace.evaluation().results());
    m_table->setColumnWidths({24, 12, 10, 11, 11, 10, -1});
    m_protocol = paragraph({}, TextSize::small, Ink::dim);
    m_tokens = new Facts(4);
    m_compareTokens = pushButton(tr("Compare token by token"), QStringLiteral("compare"));
    m_compareTokens->setObjectName(QStringLiteral("compare.tokens"));
    m_compareTokens->setToolTip(tr("How far the predicted distributions lie apart, original against quantized."));
    connect(m_compareTokens, &QPushButton::clicked, this, &ComparePage::compareTokens);
    m_resultsCard->addHeaderWidget(m_compareTokens);
    m_resultsCard->body()->addWidget(m_plot, 3);
    m_resultsCard->body()->addWidget(m_table, 2);
    m_resultsCard->body()->addWidget(m_protocol);
    m_resultsCard->body()->addWidget(m_tokens);
    return m_resultsCard;
}

void ComparePage::offerRun() {
    const RunResults& run = m_workspace.results();
    const Session& session = m_workspace.session();
    if (session.modelState() == Session::State::ready && session.modelFolder() != m_windowFor) {
        m_windowFor = session.modelFolder();
        m_form->setLongestWindow(session.model().maximumPositions);
    }
    if (run.state() == RunResults::State::ready) {
        const QString output = app::toText(run.info().output);
        m_form->setRun(app::toText(run.info().model), run.info().recipe, QDir(output).exists() ? output : QString());
    } else if (session.modelState() == Session::State::ready) {
        m_form->setRun(session.modelFolder(), session.recipe(), {});
    }
    showReadiness();
}

void ComparePage::showReadiness() {
    const core::EvaluateRequest request = m_form->request();
    const bool busy = m_workspace.runner().isRunning(), any = !request.models.empty();
    m_measure->setEnabled(any && !busy);
    m_measure->setToolTip(busy ? tr("Waits for the running job") : tr("One pass over the text per model"));
    m_compareTokens->setEnabled(m_form->comparison().has_value() && !busy);
    const bool measured = m_workspace.evaluation().results().rowCount() > 0;
    if (!measured && !any && m_workspace.session().modelState() == Session::State::none &&
        m_workspace.results().state() == RunResults::State::none) {
        setState(PageState::todo);
        showEmpty(QStringLiteral("compare"), tr("Nothing to compare yet"), tr("Open a model or a finished run first."),
                  {{tr("Browse…"), QStringLiteral("open"), [this] { m_shell.browse(); }}});
        return;
    }
    showContent();
    if (m_workspace.evaluation().monitor().isActive())
        return;
    setState(measured ? PageState::done : PageState::ready);
    if (measured && !app::sameText(request, m_workspace.evaluation().request()))
        notice().show(NoticeKind::info, tr("The text settings changed since these results"),
                      tr("Measure again to compare on the new text."));
}

void ComparePage::measure() {
    notice().clear();
    m_workspace.evaluation().measure(m_form->request());
}

void ComparePage::compareTokens() {
    notice().clear();
    if (const auto request = m_form->comparison())
        m_workspace.evaluation().compare(*request);
}

void ComparePage::showProgress() {
    const RunMonitor& run = m_workspace.evaluation().monitor();
    const app::RunProgress& progress = run.progress();
    const bool active = run.isActive();
    m_measure->setVisible(!active);
    m_cancel->setVisible(active);
    m_cancel->setEnabled(progress.state == app::RunState::running);
    m_bar->setVisible(active);
    m_bar->setValue(int(progress.fraction * 1000));
    m_form->setEnabled(!active);
    m_phase->setText(active ? tr("%1 · %2 so far").arg(progress.phaseText(), app::secondsText(run.now())) : QString());
    if (active)
        setState(PageState::running);
}

void ComparePage::showEnd() {
    showProgress();
    showReadiness();
    const app::RunProgress& progress = m_workspace.evaluation().monitor().progress();
    if (progress.failed) {
        const core::Failed& failed = *progress.failed;
        notice().showError(core::Error(core::ErrorCode(failed.code), failed.what, failed.where, failed.hint));
        setState(PageState::attention);
    } else if (progress.state == app::RunState::cancelled) {
        notice().show(NoticeKind::info, tr("The measurement was stopped"), tr("Earlier results are unchanged."));
    }
}

void ComparePage::showResults() {
    Evaluation& evaluation = m_workspace.evaluation();
    const auto& results = evaluation.results().rows();
    m_resultsCard->setVisible(!results.empty());
    std::vector<PerplexityEntry> entries;
    for (const core::PerplexityResult& result : results)
        entries.push_back(
            {QString::fromStdString(result.label), result.perplexity, result.sigma, kindOf(result.label)});
    m_plot->setEntries(std::move(entries));
    m_plot->setDataset(evaluation.protocol());
    m_protocol->setText(evaluation.protocol());
    const auto& comparison = evaluation.comparison();
    m_tokens->setVisible(comparison.has_value());
    if (comparison)
        m_tokens->setFacts({
            {tr("Same most likely token"), app::fixedText(comparison->top1Agreement * 100, 2) + QStringLiteral(" %"),
             tr("Share of predictions where both models prefer the same token.")},
            {tr("Mean KL divergence"), app::fixedText(comparison->kl.mean, 5),
             tr("In nats, quantized against original; 0 is identical.")},
            {tr("Median, 99th percentile"),
             tr("%1, %2").arg(app::fixedText(comparison->kl.p50, 5), app::fixedText(comparison->kl.p99, 4)),
             tr("Of the KL divergence over all predictions.")},
            {tr("Change of perplexity"),
             tr("%1 ± %2").arg(app::fixedText(comparison->delta, 4), app::fixedText(comparison->deltaSigma, 4)),
             tr("Quantized minus original; the error is that of the paired difference.")},
        });
    showReadiness();
}

} // namespace awq::ui

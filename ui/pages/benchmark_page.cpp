// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the benchmark page.
#include "ui/pages/benchmark_page.h"

#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include "app/paths.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/job_line.h"
#include "ui/widgets/label.h"
#include "ui/widgets/model_picker.h"
#include "ui/widgets/table.h"

namespace awq::ui {

using app::Benchmark;
using app::RunMonitor;

BenchmarkPage::BenchmarkPage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::benchmark, tr("Benchmark"), QStringLiteral("benchmark"), parent), m_workspace(workspace),
      m_shell(shell) {
    setSubtitle(tr("How fast a model reads a prompt and writes tokens on this machine"));
    content()->addWidget(makeFormCard());
    content()->addWidget(makeResultsCard(), 1);
    content()->addStretch();
    connect(&workspace.results(), &app::RunResults::stateChanged, this, &BenchmarkPage::offerModels);
    connect(&workspace.session(), &app::Session::modelChanged, this, &BenchmarkPage::offerModels);
    connect(&workspace.runner(), &app::JobRunner::started, this, &BenchmarkPage::showReadiness);
    connect(&workspace.runner(), &app::JobRunner::finished, this, &BenchmarkPage::showReadiness);
    connect(&workspace.runner(), &app::JobRunner::finished, this, &BenchmarkPage::offerModels);
    connect(&workspace.benchmark().monitor(), &RunMonitor::began, this, &BenchmarkPage::showReadiness);
    connect(&workspace.benchmark().monitor(), &RunMonitor::ended, this, &BenchmarkPage::showEnd);
    connect(&workspace.benchmark(), &Benchmark::resultsChanged, this, &BenchmarkPage::showResults);
    offerModels();
    showResults();
}

QWidget* BenchmarkPage::makeFormCard() {
    m_model = new ModelPicker(QStringLiteral("benchmark.model"), tr("Model"));
    m_other = new ModelPicker(QStringLiteral("benchmark.other"), tr("Against"), tr("Nothing"));
    m_cases = new QComboBox;
    m_cases->setObjectName(QStringLiteral("benchmark.cases"));
    m_cases->setAccessibleName(tr("Cases"));
    for (const app::BenchmarkCases& cases : app::benchmarkCases())
        m_cases->addItem(QStringLiteral("%1 · %2").arg(cases.title, cases.explanation));
    m_job = new JobLine(m_workspace.benchmark().monitor(), page::benchmark, tr("Run"));
    auto* form = new QFormLayout;
    form->addRow(tr("&Model"), m_model);
    form->addRow(tr("A&gainst"), m_other);
    form->addRow(tr("&Cases"), m_cases);
    auto* card = new Card(tr("What to measure"));
    card->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum); // what is left belongs to the results
    card->body()->addLayout(form);
    card->body()->addWidget(m_job);
    connect(m_model, &ModelPicker::edited, this, &BenchmarkPage::showReadiness);
    connect(m_other, &ModelPicker::edited, this, &BenchmarkPage::showReadiness);
    connect(m_job, &JobLine::startWanted, this, &BenchmarkPage::measure);
    return card;
}

QWidget* BenchmarkPage::makeResultsCard() {
    m_results = new Card(tr("Measurements"));
    m_table = new Table(QStringLiteral("speeds"), tr("Measured speeds"), &m_workspace.benchmark().speeds());
    m_table->setColumnWidths({18, 24, 16, 11, 9, 14, 14, 12, 20, 15, 34, 18});
    QPushButton* clear = pushButton(tr("Remove all"), QStringLiteral("remove"), ButtonRole::quiet);
    clear->setObjectName(QStringLiteral("benchmark.clear"));
    clear->setToolTip(tr("Forget every measurement shown here"));
    connect(clear, &QPushButton::clicked, &m_workspace.benchmark(), &Benchmark::clear);
    m_results->addHeaderWidget(m_table->makeFilter(tr("Filter: model, form, device")));
    m_results->addHeaderWidget(clear);
    m_explanation = paragraph(tr("Tokens per second of all sequences together, from the median of the repetitions. "
                                 "Measurements stay here and can be compared later."),
                              TextSize::small, Ink::dim);
    m_results->body()->addWidget(m_table, 1);
    m_results->body()->addWidget(m_explanation);
    return m_results;
}

std::vector<core::BenchmarkRequest> BenchmarkPage::requests() const {
    const app::BenchmarkCases& cases = app::benchmarkCases().at(std::size_t(m_cases->currentIndex()));
    const core::Recipe& recipe = m_workspace.session().recipe();
    std::vector<core::BenchmarkRequest> requests;
    for (const QString& folder : {m_model->folder(), m_other->folder()}) {
        if (folder.isEmpty() || (!requests.empty() && folder == m_model->folder()))
            continue;
        core::BenchmarkRequest request;
        request.model = app::toPath(folder);
        request.promptTokens.assign(cases.promptTokens.begin(), cases.promptTokens.end());
        request.batches.assign(cases.batches.begin(), cases.batches.end());
        request.newTokens = cases.newTokens;
        request.repeat = cases.repeat;
        request.compute = {recipe.device, recipe.dtype, recipe.threads};
        requests.push_back(std::move(request));
    }
    return requests;
}

void BenchmarkPage::offerModels() {
    const std::vector<ModelOffer> offers = modelOffers(m_workspace);
    m_model->setOffers(offers, 0);
    m_other->setOffers(offers, 1);
    showReadiness();
}

void BenchmarkPage::measure() {
    notice().clear();
    m_workspace.benchmark().measure(requests());
}

void BenchmarkPage::showReadiness() {
    Benchmark& benchmark = m_workspace.benchmark();
    const bool any = !m_model->folder().isEmpty(), busy = m_workspace.runner().isRunning();
    m_job->setStartable(any && !busy,
                        busy ? tr("Waits for the running job") : tr("Other work on the machine makes it slower"));
    for (QWidget* field : std::initializer_list<QWidget*>{m_model, m_other, m_cases})
        field->setEnabled(!benchmark.monitor().isActive());
    const bool measured = benchmark.speeds().rowCount() > 0;
    if (!any && !measured) {
        setState(PageState::todo);
        showEmpty(QStringLiteral("benchmark"), tr("Nothing to measure yet"),
                  tr("Open a model or a finished run first."),
                  {{tr("Browse…"), QStringLiteral("open"), [this] { m_shell.browse(); }}});
        return;
    }
    showContent();
    if (benchmark.monitor().isActive())
        setState(PageState::running);
    else if (state() != PageState::attention || !notice().isVisible())
        setState(measured ? PageState::done : any ? PageState::ready : PageState::todo);
}

void BenchmarkPage::showEnd() {
    const app::RunProgress& progress = m_workspace.benchmark().monitor().progress();
    showReadiness();
    if (progress.failed) {
        const core::Failed& failed = *progress.failed;
        notice().showError(core::Error(core::ErrorCode(failed.code), failed.what, failed.where, failed.hint));
        setState(PageState::attention);
    } else if (progress.state == app::RunState::cancelled) {
        notice().show(NoticeKind::info, tr("The benchmark was stopped"), tr("Earlier measurements are unchanged."));
    } else if (!progress.warnings.empty()) {
        QStringList warnings;
        for (const core::Warning& warning : progress.warnings)
            warnings << QString::fromStdString(warning.what);
        notice().show(NoticeKind::info, tr("Some cases were left out"), warnings.join(QLatin1Char('\n')));
    }
}

void BenchmarkPage::showResults() {
    m_results->setVisible(m_workspace.benchmark().speeds().rowCount() > 0);
    const QStringList outdated = m_workspace.benchmark().outdated();
    if (!outdated.isEmpty())
        notice().show(NoticeKind::info, tr("Some measurements are older than their model"),
                      tr("Measure again: %1").arg(outdated.join(QStringLiteral(", "))));
    showReadiness();
}

} // namespace awq::ui

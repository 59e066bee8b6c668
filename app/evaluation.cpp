// SPDX-License-Identifier: GPL-3.0-or-later
// Running an evaluation and keeping its results.
#include "app/evaluation.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <cmath>

#include "app/number_text.h"
#include "app/paths.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(Evaluation)
};

// The first model is what the others are compared with.
double changeFrom(const core::PerplexityResult& reference, const core::PerplexityResult& result) {
    return result.perplexity / reference.perplexity - 1;
}

QString signedPercent(double fraction) {
    const QString text = fixedText(std::abs(fraction) * 100, 2) + QStringLiteral(" %");
    return (fraction < 0 ? QStringLiteral("−") : QStringLiteral("+")) + text;
}

} // namespace

// The change column looks at the model's own first row.
PerplexityModel::PerplexityModel(QObject* parent)
    : TableModel(
          {
              {Text::tr("Model"), Text::tr("Which weights."),
               [](const Row& r) { return QString::fromStdString(r.label); }},
              {Text::tr("Perplexity"), Text::tr("How surprised the model is by the text; lower is better."),
               [](const Row& r) { return r.perplexity; }, [](const Row& r) { return fixedText(r.perplexity, 4); },
               true},
              {Text::tr("±"), Text::tr("Standard error of the perplexity over the windows of this text."),
               [](const Row& r) { return r.sigma; }, [](const Row& r) { return fixedText(r.sigma, 4); }, true},
              {Text::tr("Change"), Text::tr("Against the first model."),
               [this](const Row& r) { return changeFrom(row(0), r); },
               [this](const Row& r) {
                   return &r == &row(0) ? QStringLiteral("–") : signedPercent(changeFrom(row(0), r));
               },
               true},
              {Text::tr("Tokens"), Text::tr("Predictions made."), [](const Row& r) { return qint64(r.tokens); },
               [](const Row& r) { return countText(r.tokens); }, true},
              {Text::tr("Windows"), Text::tr("Pieces of text, each read from its start."),
               [](const Row& r) { return qint64(r.windows); }, [](const Row& r) { return countText(r.windows); }, true},
              {Text::tr("Folder"), Text::tr("Where the model lies."), [](const Row& r) { return toText(r.model); }},
          },
          parent) {}

Evaluation::Evaluation(JobRunner& runner, Jobs jobs, QObject* parent)
    : QObject(parent), m_runner(runner), m_jobs(std::move(jobs)), m_monitor(runner) {
    connect(&m_monitor, &RunMonitor::ended, this, &Evaluation::take);
}

bool Evaluation::measure(const core::EvaluateRequest& request) {
    if (request.models.empty() || !start(request.models.front(), m_jobs.perplexity(request)))
        return false;
    m_running = request;
    return true;
}

bool Evaluation::compare(const core::CompareRequest& request) {
    return start(request.a, m_jobs.compare(request));
}

bool Evaluation::start(const std::filesystem::path& model, Job job) {
    if (m_runner.isRunning())
        return false;
    m_monitor.begin(toText(model), {});
    m_runner.start(std::move(job));
    return true;
}

void Evaluation::take() {
    const JobResult& result = m_monitor.outcome().result;
    if (const auto* perplexities = std::get_if<std::vector<core::PerplexityResult>>(&result)) {
        m_done = m_running;
        m_results.setRows(*perplexities);
        m_comparison.reset();
    } else if (const auto* comparison = std::get_if<core::CompareResult>(&result)) {
        m_comparison = *comparison;
    } else {
        return;
    }
    emit resultsChanged();
}

QString Evaluation::protocol() const {
    if (m_results.rows().empty())
        return {};
    const core::TextWindows& text = m_done.text;
    const std::filesystem::path& source = text.ids.empty() ? text.text : text.ids;
    QStringList parts;
    parts << (source == "bundled" ? tr("bundled evaluation text") : QFileInfo(toText(source)).fileName());
    if (text.ids.empty()) {
        parts << tr("windows of %1 tokens").arg(countText(text.window));
        parts << (text.stride > 0 ? tr("stride %1").arg(countText(text.stride)) : tr("no overlap"));
    } else {
        parts << tr("windows as given");
    }
    parts << tr("%1 predictions").arg(countText(m_results.row(0).tokens));
    return parts.join(QStringLiteral(" · "));
}

bool sameText(const core::EvaluateRequest& a, const core::EvaluateRequest& b) {
    const auto key = [](const core::TextWindows& t) {
        return std::tie(t.text, t.ids, t.textField, t.window, t.stride, t.maxTokens, t.specialTokens);
    };
    return key(a.text) == key(b.text);
}

} // namespace awq::app

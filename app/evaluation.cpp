// SPDX-License-Identifier: GPL-3.0-or-later
// Running an evaluation and keeping its results.
#include "app/evaluation.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <algorithm>
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
              {Text::tr("Size"), Text::tr("Of all tensors, as stored or as rounding would leave them."),
               [](const Row& r) { return r.bytes; },
               [](const Row& r) { return r.bytes > 0 ? bytesText(r.bytes) : QStringLiteral("–"); }, true},
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
    if (!start(request.a, m_jobs.compare(request)))
        return false;
    m_comparing = request;
    return true;
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
        std::vector<MeasuredModel> rows;
        for (const core::PerplexityResult& one : *perplexities)
            rows.push_back({one, 0});
        m_results.setRows(std::move(rows));
        measureSizes();
    } else if (const auto* comparison = std::get_if<core::CompareResult>(&result)) {
        m_compared = m_comparing;
        m_comparison = *comparison;
    } else {
        return;
    }
    emit resultsChanged();
}

void Evaluation::measureSizes() {
    m_sizes.request(
        [request = m_done, bytesOf = m_jobs.tensorBytes](std::stop_token) {
            std::vector<qint64> sizes;
            for (std::size_t i = 0; i < request.models.size(); ++i)
                sizes.push_back(
                    bytesOf(request.models[i], request.rtn.empty() ? core::RoundToNearest() : request.rtn[i]));
            return sizes;
        },
        [this](const core::Outcome<std::vector<qint64>>& outcome) {
            if (!outcome.ok()) // the perplexities are there all the same
                return;
            std::vector<MeasuredModel> rows = m_results.rows();
            for (std::size_t i = 0; i < std::min(rows.size(), outcome.result->size()); ++i)
                rows[i].bytes = (*outcome.result)[i];
            m_results.setRows(std::move(rows));
            emit resultsChanged();
        });
}

QString Evaluation::protocol() const {
    return m_results.rows().empty() ? QString() : protocolText(m_done.text, m_results.row(0).tokens);
}

QString Evaluation::comparisonProtocol() const {
    return m_comparison ? protocolText(m_compared.text, m_comparison->tokens) : QString();
}

QString protocolText(const core::TextWindows& text, qint64 predictions) {
    const std::filesystem::path& source = text.ids.empty() ? text.text : text.ids;
    QStringList parts;
    parts << (source == "bundled" ? Text::tr("bundled evaluation text") : QFileInfo(toText(source)).fileName());
    if (text.ids.empty()) {
        parts << Text::tr("windows of %1 tokens").arg(countText(text.window));
        parts << (text.stride > 0 ? Text::tr("stride %1").arg(countText(text.stride)) : Text::tr("no overlap"));
    } else {
        parts << Text::tr("windows as given");
    }
    parts << Text::tr("%1 predictions").arg(countText(predictions));
    return parts.join(QStringLiteral(" · "));
}

bool sameText(const core::EvaluateRequest& a, const core::EvaluateRequest& b) {
    const auto key = [](const core::TextWindows& t) {
        return std::tie(t.text, t.ids, t.textField, t.window, t.stride, t.maxTokens, t.specialTokens);
    };
    return key(a.text) == key(b.text);
}

} // namespace awq::app

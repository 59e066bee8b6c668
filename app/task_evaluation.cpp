// SPDX-License-Identifier: GPL-3.0-or-later
// Running tasks and keeping their results.
#include "app/task_evaluation.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>

#include "app/number_text.h"
#include "app/paths.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(TaskEvaluation)
};

QString share(double value) {
    return fixedText(value * 100, 2);
}

QString signedShare(double difference) {
    if (!std::isfinite(difference))
        return QStringLiteral("–");
    return (difference < 0 ? QStringLiteral("−") : QStringLiteral("+")) + share(std::abs(difference));
}

} // namespace

TaskModel::TaskModel(QObject* parent)
    : TableModel(
          {
              {Text::tr("Model"), Text::tr("Which weights."),
               [](const Row& r) { return QString::fromStdString(r.label); }},
              {Text::tr("Task"), Text::tr("Name of the file."),
               [](const Row& r) { return QString::fromStdString(r.task); }},
              {Text::tr("Questions"), Text::tr("Asked of it."), [](const Row& r) { return qint64(r.answers.size()); },
               [](const Row& r) { return countText(qint64(r.answers.size())); }, true},
              {Text::tr("Right (%)"), Text::tr("Share of questions whose right choice was the likeliest."),
               [](const Row& r) { return r.accuracy; }, [](const Row& r) { return share(r.accuracy); }, true},
              {Text::tr("±"), Text::tr("Standard error of that share."), [](const Row& r) { return r.accuracySigma; },
               [](const Row& r) { return share(r.accuracySigma); }, true},
              {Text::tr("Change"), Text::tr("Percentage points against the first model on the same file."),
               [this](const Row& r) { return changeOf(r); }, [this](const Row& r) { return signedShare(changeOf(r)); },
               true},
              {Text::tr("By length (%)"), Text::tr("The same with likelihoods per character."),
               [](const Row& r) { return r.lengthAccuracy; }, [](const Row& r) { return share(r.lengthAccuracy); },
               true},
              {Text::tr("±"), Text::tr("Standard error of that share."),
               [](const Row& r) { return r.lengthAccuracySigma; },
               [](const Row& r) { return share(r.lengthAccuracySigma); }, true},
              {Text::tr("Perplexity"), Text::tr("Of the right continuations; cloze tasks only."),
               [](const Row& r) { return r.perplexity; },
               [](const Row& r) { return r.perplexity > 0 ? fixedText(r.perplexity, 3) : QStringLiteral("–"); }, true},
              {Text::tr("Folder"), Text::tr("Where the model lies."), [](const Row& r) { return toText(r.model); }},
          },
          parent) {}

// NaN for the first model itself.
double TaskModel::changeOf(const Row& row) const {
    const auto first = std::find_if(rows().begin(), rows().end(), [&](const Row& r) { return r.file == row.file; });
    return first == rows().end() || &*first == &row ? std::numeric_limits<double>::quiet_NaN()
                                                    : row.accuracy - first->accuracy;
}

TaskEvaluation::TaskEvaluation(JobRunner& runner, MakeJob makeJob, QObject* parent)
    : QObject(parent), m_runner(runner), m_makeJob(std::move(makeJob)), m_monitor(runner) {
    connect(&m_monitor, &RunMonitor::ended, this, &TaskEvaluation::take);
}

bool TaskEvaluation::start(const core::TaskRequest& request) {
    if (request.models.empty() || request.tasks.empty() || m_runner.isRunning())
        return false;
    m_running = request;
    m_monitor.begin(toText(request.models.front()), {});
    m_runner.start(m_makeJob(request));
    return true;
}

void TaskEvaluation::take() {
    const auto* results = std::get_if<std::vector<core::TaskResult>>(&m_monitor.outcome().result);
    if (!results)
        return;
    m_done = m_running;
    m_results.setRows(*results);
    emit resultsChanged();
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexities of several models on the same text: the request, the job, and a table of what came out.
#pragma once

#include <QObject>
#include <functional>
#include <optional>

#include "app/latest_task.h"
#include "app/run_monitor.h"
#include "app/table_model.h"
#include "core/run/evaluate_run.h"

namespace awq::app {

struct MeasuredModel : core::PerplexityResult {
    qint64 bytes = 0; // of its tensors, as stored or as rounding would leave them; 0: not known
};

class PerplexityModel : public TableModel<MeasuredModel> {
public:
    using Row = MeasuredModel;
    enum ColumnIndex { label, perplexity, sigma, change, bytes, tokens, windows, folder };

    explicit PerplexityModel(QObject* parent = nullptr);
};

class Evaluation : public QObject {
    Q_OBJECT

public:
    struct Jobs {
        std::function<Job(const core::EvaluateRequest&)> perplexity;
        std::function<Job(const core::CompareRequest&)> compare;
        // Called on a worker thread; throws core::Error.
        std::function<qint64(const std::filesystem::path&, const core::RoundToNearest&)> tensorBytes;
    };

    Evaluation(JobRunner& runner, Jobs jobs, QObject* parent = nullptr);

    // Both answer false when the runner is busy.
    bool measure(const core::EvaluateRequest& request);
    bool compare(const core::CompareRequest& request);
    RunMonitor& monitor() { return m_monitor; }

    PerplexityModel& results() { return m_results; }                // of the newest finished evaluation
    const core::EvaluateRequest& request() const { return m_done; } // that the results belong to
    const std::optional<core::CompareResult>& comparison() const { return m_comparison; }
    QString protocol() const; // "bundled text · windows of 2048 tokens · 16,376 predictions"
    QString comparisonProtocol() const;

signals:
    void resultsChanged();

private:
    bool start(const std::filesystem::path& model, Job job);
    void take();
    void measureSizes();

    JobRunner& m_runner;
    Jobs m_jobs;
    RunMonitor m_monitor;
    PerplexityModel m_results;
    core::EvaluateRequest m_running, m_done;
    core::CompareRequest m_comparing, m_compared;
    std::optional<core::CompareResult> m_comparison;
    LatestTask m_sizes; // last: stopped first
};

// "bundled evaluation text · windows of 2048 tokens · no overlap · 16,376 predictions"
QString protocolText(const core::TextWindows& text, qint64 predictions);

bool sameText(const core::EvaluateRequest& a, const core::EvaluateRequest& b); // results may stand side by side

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexities of several models on the same text: the request, the job, and a table of what came out.
#pragma once

#include <QObject>
#include <functional>
#include <optional>

#include "app/run_monitor.h"
#include "app/table_model.h"
#include "core/run/evaluate_run.h"

namespace awq::app {

class PerplexityModel : public TableModel<core::PerplexityResult> {
public:
    using Row = core::PerplexityResult;
    enum ColumnIndex { label, perplexity, sigma, change, tokens, windows, folder };

    explicit PerplexityModel(QObject* parent = nullptr);
};

class Evaluation : public QObject {
    Q_OBJECT

public:
    struct Jobs {
        std::function<Job(const core::EvaluateRequest&)> perplexity;
        std::function<Job(const core::CompareRequest&)> compare;
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

signals:
    void resultsChanged();

private:
    bool start(const std::filesystem::path& model, Job job);
    void take();

    JobRunner& m_runner;
    Jobs m_jobs;
    RunMonitor m_monitor;
    PerplexityModel m_results;
    core::EvaluateRequest m_running, m_done;
    std::optional<core::CompareResult> m_comparison;
};

bool sameText(const core::EvaluateRequest& a, const core::EvaluateRequest& b); // results may stand side by side

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Multiple-choice and cloze tasks through several models: the request, the job, and a table of what came out.
#pragma once

#include <QObject>
#include <functional>

#include "app/run_monitor.h"
#include "app/table_model.h"
#include "core/run/task_run.h"

namespace awq::app {

class TaskModel : public TableModel<core::TaskResult> {
public:
    using Row = core::TaskResult;
    enum ColumnIndex {
        label,
        task,
        questions,
        accuracy,
        sigma,
        change,
        lengthAccuracy,
        lengthSigma,
        perplexity,
        folder
    };

    explicit TaskModel(QObject* parent = nullptr);

private:
    double changeOf(const Row& row) const;
};

class TaskEvaluation : public QObject {
    Q_OBJECT

public:
    using MakeJob = std::function<Job(const core::TaskRequest&)>;

    TaskEvaluation(JobRunner& runner, MakeJob makeJob, QObject* parent = nullptr);

    bool start(const core::TaskRequest& request); // false when the runner is busy or something is missing
    RunMonitor& monitor() { return m_monitor; }
    TaskModel& results() { return m_results; }                  // of the newest finished evaluation
    const core::TaskRequest& request() const { return m_done; } // that the results belong to

signals:
    void resultsChanged();

private:
    void take();

    JobRunner& m_runner;
    MakeJob m_makeJob;
    RunMonitor m_monitor;
    TaskModel m_results;
    core::TaskRequest m_running, m_done;
};

} // namespace awq::app

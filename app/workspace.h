// SPDX-License-Identifier: GPL-3.0-or-later
// Everything behind the window, wired together: session, queue, runner, opened run, evaluation, log and settings.
#pragma once

#include <QObject>
#include <memory>

#include "app/benchmark.h"
#include "app/evaluation.h"
#include "app/hub_models_model.h"
#include "app/job_starter.h"
#include "app/log_model.h"
#include "app/overriding.h"
#include "app/preset_store.h"
#include "app/recents_model.h"
#include "app/recipe_history.h"
#include "app/run_results.h"
#include "app/session.h"
#include "app/task_evaluation.h"
#include "app/trial.h"
#include "app/unfinished_runs.h"
#include "core/component_versions.h"
#include "core/log.h"
#include "core/text/calibration.h"

namespace awq::app {

// What the workspace gets from outside: core's functions in the program, fakes in tests.
struct Services {
    Session::Services session;
    JobStarter::MakeJob quantize;
    Evaluation::Jobs evaluate;
    Benchmark::MakeJob benchmark;
    Trial::MakeJob generate;
    Overriding::Services overrides;
    TaskEvaluation::MakeJob tasks;
    std::function<core::CalibrationSet(const core::CalibrationOptions&, const std::filesystem::path& model,
                                       std::int64_t vocabulary)>
        calibration;                                                 // called on a worker thread; throws core::Error
    std::function<std::vector<core::ComponentVersion>()> components; // called on a worker thread
    QString demoModel;                                               // folder; empty: none came with the program
    QString hubCache; // folder where other programs keep downloaded models; empty: not looked at
};

class Workspace : public QObject {
    Q_OBJECT

public:
    // dataFolder keeps settings, presets, queue and log.
    Workspace(const QString& dataFolder, Services services, QObject* parent = nullptr);
    ~Workspace() override;

    Settings& settings() { return m_settings; }
    core::Log& log() { return m_log; }
    LogModel& logModel() { return m_logModel; }
    RecentsModel& recents() { return m_recents; }
    HubModelsModel& hubModels() { return m_hubModels; }
    UnfinishedRuns& unfinishedRuns() { return m_unfinishedRuns; }
    Session& session() { return m_session; }
    RecipeHistory& recipeHistory() { return m_recipeHistory; }
    PresetStore& presets() { return m_presets; }
    JobQueue& queue() { return m_queue; }
    JobStarter& starter() { return m_starter; }
    JobRunner& runner() { return m_runner; }
    RunMonitor& quantizing() { return m_quantizing; }
    RunResults& results() { return m_results; }
    Evaluation& evaluation() { return m_evaluation; }
    Benchmark& benchmark() { return m_benchmark; }
    Trial& trial() { return m_trial; }
    Overriding& overriding() { return m_overriding; }
    TaskEvaluation& tasks() { return m_tasks; }
    const Services& services() const { return m_services; }
    QString logFile() const { return m_logFile; }

    // A model or a run, or a file inside one. Answers with what it turned out to be; missing and other open nothing.
    FolderKind open(const QString& path);
    void openDemo(); // the demo model, with as much calibration as it needs, output in the home folder
    void enqueue(const core::QuantizeRequest& request); // starts when nothing runs
    // What it takes to go on with the opened run.
    core::QuantizeRequest resumeRequest() const;
    void lookForUnfinishedRuns();           // among the recent folders and the queue's jobs
    void resume(const UnfinishedRun& run);  // next of all jobs
    void discard(const UnfinishedRun& run); // deletes its folder; throws core::Error

private:
    void forgetJobsOf(const QString& runFolder);
    void goOnAfterOverride(const QString& runDir);
    void follow(const std::vector<core::Event>& batch);
    void writeDown(const std::vector<core::Event>& batch);

    const QString m_logFile;
    const Services m_services;
    Settings m_settings;
    LogModel m_logModel;
    core::Log m_log;
    RecentsModel m_recents;
    HubModelsModel m_hubModels;
    UnfinishedRuns m_unfinishedRuns;
    Session m_session;
    RecipeHistory m_recipeHistory;
    PresetStore m_presets;
    RunResults m_results;
    JobQueue m_queue;
    JobRunner m_runner; // after what its events fill
    RunMonitor m_quantizing;
    JobStarter m_starter;
    Evaluation m_evaluation;
    Benchmark m_benchmark;
    Trial m_trial;
    Overriding m_overriding;
    TaskEvaluation m_tasks;
};

} // namespace awq::app

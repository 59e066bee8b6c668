// SPDX-License-Identifier: GPL-3.0-or-later
// Wiring of the workspace.
#include "app/workspace.h"

#include <QDir>

#include "app/event_log.h"
#include "app/paths.h"
#include "app/run_folder.h"

namespace awq::app {

namespace {

QString inFolder(const QString& folder, const QString& name) {
    QDir().mkpath(folder);
    return QDir(folder).filePath(name);
}

core::QuantizeRequest resumeRequestOf(const core::RunInfo& info, const QString& runDir) {
    core::QuantizeRequest request;
    request.model = info.model;
    request.output = info.output;
    request.runDir = toPath(runDir);
    request.recipe = info.recipe;
    request.resume = true;
    return request;
}

} // namespace

Workspace::Workspace(const QString& dataFolder, Services services, QObject* parent)
    : QObject(parent), m_logFile(inFolder(dataFolder, QStringLiteral("awq-studio.log"))),
      m_services(std::move(services)), m_settings(inFolder(dataFolder, QStringLiteral("settings.ini"))),
      m_log({.file = toPath(m_logFile)}), m_recents(m_settings),
      m_hubModels(m_services.hubCache, m_services.session.openModel), m_session(m_services.session),
      m_recipeHistory(m_session), m_presets(inFolder(dataFolder, QStringLiteral("presets.json"))),
      m_queue(inFolder(dataFolder, QStringLiteral("queue.json"))), m_quantizing(m_runner),
      m_starter(m_queue, m_runner, m_services.quantize), m_evaluation(m_runner, m_services.evaluate),
      m_benchmark(m_runner, m_services.benchmark, inFolder(dataFolder, QStringLiteral("benchmarks.json"))),
      m_trial(m_runner, m_services.generate), m_overriding(m_runner, m_services.overrides),
      m_tasks(m_runner, m_services.tasks) {
    m_log.setSink([this](const core::LogEntry& entry) { m_logModel.append(entry); });
    for (const QString& notice :
         {m_settings.notice(), m_presets.notice(), m_queue.notice(), m_benchmark.store().notice()})
        if (!notice.isEmpty())
            m_log.write(core::LogLevel::warning, notice.toStdString());
    connect(&m_starter, &JobStarter::jobStarted, this, [this](const QueuedJob& job) {
        m_quantizing.begin(toText(job.request.model), toText(runFolder(job.request)));
    });
    connect(&m_quantizing, &RunMonitor::advanced, this, &Workspace::follow);
    connect(&m_quantizing, &RunMonitor::ended, &m_results, &RunResults::refresh);
    connect(&m_runner, &JobRunner::events, this, &Workspace::writeDown);
    connect(&m_overriding, &Overriding::kept, this, &Workspace::goOnAfterOverride);
}

Workspace::~Workspace() {
    m_log.setSink({});
}

FolderKind Workspace::open(const QString& path) {
    const QString folder = folderOf(path);
    const FolderKind kind = folderKind(folder);
    if (kind == FolderKind::model)
        m_session.openModel(folder);
    else if (kind == FolderKind::run)
        m_results.open(folder);
    else
        return kind;
    m_settings.addRecent(folder);
    return kind;
}

void Workspace::openDemo() {
    constexpr int samples = 64, length = 256; // enough for a model this small, and the length it was made for
    open(m_services.demoModel);
    core::Recipe recipe = m_session.recipe();
    recipe.calibration.samples = samples;
    recipe.calibration.sequenceLength = length;
    m_session.setRecipe(recipe);
    m_session.setOutput(QDir::home().filePath(QStringLiteral("awq-demo")));
}

void Workspace::enqueue(const core::QuantizeRequest& request) {
    m_queue.add(request);
    m_starter.startNext();
}

core::QuantizeRequest Workspace::resumeRequest() const {
    return resumeRequestOf(m_results.info(), m_results.folder());
}

// A finished run writes its folder again; another one is shown as it is now.
void Workspace::goOnAfterOverride(const QString& runDir) {
    const core::RunInfo info = core::RunStore::open(toPath(runDir)).info();
    if (info.state == "changed")
        enqueue(resumeRequestOf(info, runDir));
    m_results.open(runDir);
}

void Workspace::lookForUnfinishedRuns() {
    QStringList folders;
    for (const QueuedJob& job : m_queue.rows())
        if (job.state != JobState::done && job.state != JobState::running && job.state != JobState::waiting)
            folders << toText(runFolder(job.request));
    folders << m_settings.recents();
    for (QString& folder : folders)
        folder = QDir::cleanPath(folder);
    folders.removeDuplicates();
    m_unfinishedRuns.look(folders);
}

void Workspace::resume(const UnfinishedRun& run) {
    forgetJobsOf(run.folder);
    m_queue.move(m_queue.add(run.resumeRequest()), 0);
    m_starter.setPaused(false);
    m_starter.startNext();
}

void Workspace::discard(const UnfinishedRun& run) {
    core::RunStore::discard(toPath(run.folder));
    if (m_results.folder() == run.folder)
        m_results.close();
    forgetJobsOf(run.folder);
    m_settings.removeRecent(run.folder);
    lookForUnfinishedRuns();
}

void Workspace::forgetJobsOf(const QString& folder) {
    std::vector<quint64> ids;
    for (const QueuedJob& job : m_queue.rows())
        if (QDir::cleanPath(toText(runFolder(job.request))) == folder)
            ids.push_back(job.id);
    for (const quint64 id : ids)
        m_queue.remove(id);
}

// The run that goes on is the run that is open: its blocks appear as they are saved.
void Workspace::follow(const std::vector<core::Event>& batch) {
    bool saved = false;
    for (const core::Event& event : batch) {
        if (const auto* started = std::get_if<core::Started>(&event.payload); started && !started->runDir.empty()) {
            const QString folder = QString::fromStdString(started->runDir);
            m_results.open(folder);
            m_settings.addRecent(folder);
        }
        saved |= std::holds_alternative<core::BlockDone>(event.payload) ||
                 std::holds_alternative<core::SnapshotSaved>(event.payload);
    }
    if (saved)
        m_results.refresh();
}

void Workspace::writeDown(const std::vector<core::Event>& batch) {
    for (const core::Event& event : batch)
        if (const std::optional<LogLine> line = logLine(event))
            m_log.write(line->level, line->text.toStdString());
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// The queue's table and its JSON file.
#include "app/job_queue.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/paths.h"
#include "core/json_text.h"
#include "core/store/atomic_file.h"

namespace awq::app {

namespace {

constexpr int fileVersion = 1;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(JobQueue)
};

// In the order of JobState; frozen: they are in the file.
constexpr std::array stateNames{"waiting", "running", "done", "failed", "cancelled", "interrupted"};

JobState stateFrom(const std::string& name) {
    const auto found = std::find(stateNames.begin(), stateNames.end(), name);
    if (found == stateNames.end())
        core::badInput("unknown job state '" + name + "'");
    return static_cast<JobState>(found - stateNames.begin());
}

nlohmann::ordered_json toJson(const QueuedJob& job) {
    return {{"model", job.request.model.string()},
            {"output", job.request.output.string()},
            {"run_dir", job.request.runDir.string()},
            {"resume", job.request.resume},
            {"force", job.request.force},
            {"state", stateNames[std::size_t(job.state)]},
            {"message", job.message.toStdString()},
            {"recipe", core::toJson(job.request.recipe)}};
}

QueuedJob jobFromJson(const nlohmann::json& json) {
    QueuedJob job;
    job.request.model = json.at("model").get<std::string>();
    job.request.output = json.at("output").get<std::string>();
    job.request.runDir = json.at("run_dir").get<std::string>();
    job.request.resume = json.at("resume").get<bool>();
    job.request.force = json.at("force").get<bool>();
    job.request.recipe = core::recipeFromJson(json.at("recipe"));
    job.state = stateFrom(json.at("state").get<std::string>());
    job.message = QString::fromStdString(json.at("message").get<std::string>());
    if (job.state == JobState::running)
        job.state = JobState::interrupted;
    return job;
}

std::vector<Column<QueuedJob>> columns() {
    using Row = QueuedJob;
    return {
        {Text::tr("Model"), Text::tr("The model folder."),
         [](const Row& r) { return QFileInfo(toText(r.request.model)).fileName(); }},
        {Text::tr("Recipe"), Text::tr("Bits, group size and format."),
         [](const Row& r) { return recipeText(r.request.recipe); }},
        {Text::tr("State"), Text::tr("Waiting jobs start in this order."), [](const Row& r) { return int(r.state); },
         [](const Row& r) { return stateText(r.state); }},
        {Text::tr("Result"), Text::tr("What came of it."), [](const Row& r) { return r.message; }},
    };
}

} // namespace

QString stateText(JobState state) {
    switch (state) {
    case JobState::waiting:
        return Text::tr("waiting");
    case JobState::running:
        return Text::tr("running");
    case JobState::done:
        return Text::tr("done");
    case JobState::failed:
        return Text::tr("failed");
    case JobState::cancelled:
        return Text::tr("stopped");
    case JobState::interrupted:
        return Text::tr("interrupted");
    }
    return {};
}

QString recipeText(const core::Recipe& recipe) {
    const QString group = recipe.groupSize < 0 ? Text::tr("row") : QStringLiteral("g%1").arg(recipe.groupSize);
    return QStringLiteral("w%1 %2 · %3").arg(recipe.bits).arg(group, QString::fromStdString(recipe.format));
}

JobQueue::JobQueue(const QString& file, QObject* parent) : TableModel(columns(), parent), m_file(file) {
    load();
}

quint64 JobQueue::add(const core::QuantizeRequest& request) {
    const quint64 id = m_nextId++;
    appendRows({QueuedJob{id, request, JobState::waiting, {}}});
    save();
    return id;
}

std::optional<QueuedJob> JobQueue::nextWaiting() const {
    for (const QueuedJob& job : rows())
        if (job.state == JobState::waiting)
            return job;
    return std::nullopt;
}

int JobQueue::find(quint64 id) const {
    const auto found = std::find_if(rows().begin(), rows().end(), [id](const QueuedJob& job) { return job.id == id; });
    return found == rows().end() ? -1 : int(found - rows().begin());
}

void JobQueue::setState(quint64 id, JobState state, const QString& message) {
    const int index = find(id);
    if (index < 0)
        return;
    QueuedJob job = row(index);
    job.state = state;
    job.message = message;
    updateRow(index, std::move(job));
    save();
}

void JobQueue::retry(quint64 id, bool resume) {
    const int index = find(id);
    if (index < 0 || row(index).state == JobState::running)
        return;
    QueuedJob job = row(index);
    job.state = JobState::waiting;
    job.message.clear();
    job.request.resume = resume;
    updateRow(index, std::move(job));
    save();
}

void JobQueue::remove(quint64 id) {
    const int index = find(id);
    if (index < 0 || row(index).state == JobState::running)
        return;
    removeRow(index);
    save();
}

void JobQueue::move(quint64 id, int place) {
    const int index = find(id);
    if (index < 0)
        return;
    moveRow(index, std::clamp(place, 0, rowCount() - 1));
    save();
}

void JobQueue::load() {
    if (!QFileInfo::exists(m_file))
        return;
    try {
        const nlohmann::json json = core::readJsonFile(toPath(m_file));
        if (json.at("version").get<int>() > fileVersion)
            core::badInput("The queue was saved by a newer version");
        std::vector<QueuedJob> jobs;
        for (const auto& entry : json.at("jobs")) {
            jobs.push_back(jobFromJson(entry));
            jobs.back().id = m_nextId++;
        }
        setRows(std::move(jobs));
    } catch (const std::exception& error) { // core's and the JSON library's
        const QString kept = m_file + QStringLiteral(".damaged");
        QFile::remove(kept);
        QFile::rename(m_file, kept);
        m_notice = Text::tr("The saved queue could not be read (%1); it is kept as %2.")
                       .arg(QString::fromUtf8(error.what()), kept);
    }
}

void JobQueue::save() const {
    nlohmann::ordered_json jobs = nlohmann::ordered_json::array();
    for (const QueuedJob& job : rows())
        jobs.push_back(toJson(job));
    const nlohmann::ordered_json json{{"version", fileVersion}, {"jobs", std::move(jobs)}};
    try {
        core::writeFileAtomically(toPath(m_file), json.dump(2));
    } catch (const core::Error& error) {
        qWarning("The queue could not be saved: %s", error.what());
    }
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Running a benchmark and keeping its results.
#include "app/benchmark.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <map>
#include <tuple>

#include "app/number_text.h"
#include "app/paths.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(Benchmark)
};

QString phaseTitle(const std::string& phase) {
    return phase == "prefill" ? Text::tr("Read the prompt") : Text::tr("Write tokens");
}

QString spreadText(const core::BenchmarkRow& row) {
    return QStringLiteral("%1 – %2 ms").arg(fixedText(row.minimum * 1000, 2), fixedText(row.maximum * 1000, 2));
}

QString shortTime(const QString& when) {
    return QDateTime::fromString(when, Qt::ISODate).toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

using Case = std::tuple<QString, std::string, qint64, qint64>; // device, phase, batch, tokens

Case caseOf(const SpeedRow& row) {
    return {row.device, row.speed.phase, row.speed.batch, row.speed.tokens};
}

} // namespace

SpeedModel::SpeedModel(QObject* parent)
    : TableModel(
          {
              {Text::tr("Model"), Text::tr("The model folder."), [](const Row& r) { return r.model; }},
              {Text::tr("Form"), Text::tr("How its weights are stored."), [](const Row& r) { return r.form; }},
              {Text::tr("Phase"), Text::tr("Reading a prompt, or writing tokens one after the other."),
               [](const Row& r) { return phaseTitle(r.speed.phase); }},
              {Text::tr("Sequences"), Text::tr("Answered at the same time."),
               [](const Row& r) { return qint64(r.speed.batch); },
               [](const Row& r) { return countText(r.speed.batch); }, true},
              {Text::tr("Tokens"), Text::tr("Per sequence: of the prompt, or written after it."),
               [](const Row& r) { return qint64(r.speed.tokens); },
               [](const Row& r) { return countText(r.speed.tokens); }, true},
              {Text::tr("Tokens/s"), Text::tr("All sequences together, from the median time."),
               [](const Row& r) { return r.speed.tokensPerSecond; },
               [](const Row& r) { return fixedText(r.speed.tokensPerSecond, 1); }, true, true},
              {Text::tr("Against float"),
               Text::tr("Speed relative to the newest measurement of a float model: same case, same device."),
               [](const Row& r) { return r.againstFloat; },
               [](const Row& r) {
                   return r.againstFloat > 0 ? fixedText(r.againstFloat, 2) + QStringLiteral(" ×")
                                             : QStringLiteral("–");
               },
               true},
              {Text::tr("Median"), Text::tr("Time of one repetition."), [](const Row& r) { return r.speed.median; },
               [](const Row& r) { return fixedText(r.speed.median * 1000, 2) + QStringLiteral(" ms"); }, true},
              {Text::tr("Range"), Text::tr("Fastest and slowest repetition."),
               [](const Row& r) { return r.speed.maximum - r.speed.minimum; },
               [](const Row& r) { return spreadText(r.speed); }, true},
              {Text::tr("Of copy speed"),
               Text::tr("Weight bytes read per second against the copy speed of the device's memory: near 100 % "
                        "the memory is the limit."),
               [](const Row& r) { return r.speed.bandwidthShare; },
               [](const Row& r) {
                   return r.speed.bandwidthShare > 0 ? percentText(r.speed.bandwidthShare) : QStringLiteral("–");
               },
               true},
              {Text::tr("Device"), Text::tr("What computed, and the version of its driver."),
               [](const Row& r) { return r.device; }},
              {Text::tr("Measured"), Text::tr("Local time."), [](const Row& r) { return r.when; },
               [](const Row& r) { return shortTime(r.when); }},
          },
          parent) {}

std::vector<SpeedRow> speedRows(const std::vector<BenchmarkRecord>& records) {
    std::vector<SpeedRow> rows;
    std::map<Case, double> ofFloat;
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        const core::BenchmarkResult& result = record->result;
        QString device = QString::fromStdString(result.device);
        if (!result.driver.empty())
            device += Text::tr(", driver %1").arg(QString::fromStdString(result.driver));
        for (const core::BenchmarkRow& speed : result.rows) {
            rows.push_back({QDir(record->folder).dirName(), record->folder, QString::fromStdString(result.label),
                            device, record->when, speed});
            if (result.label == "float")
                ofFloat.try_emplace(caseOf(rows.back()), speed.tokensPerSecond);
        }
    }
    for (SpeedRow& row : rows)
        if (const auto found = ofFloat.find(caseOf(row)); found != ofFloat.end() && found->second > 0)
            row.againstFloat = row.speed.tokensPerSecond / found->second;
    return rows;
}

const std::vector<BenchmarkCases>& benchmarkCases() {
    static const std::vector<BenchmarkCases> cases{
        {Text::tr("Quick"),
         Text::tr("Prompt of 128 tokens, 1 and 4 sequences, 32 tokens written, 3 repetitions"),
         {128},
         {1, 4},
         32,
         3},
        {Text::tr("Full"),
         Text::tr("Prompts of 512 and 2,048 tokens, 1, 4 and 16 sequences, 64 tokens written, 5 repetitions"),
         {512, 2048},
         {1, 4, 16},
         64,
         5},
    };
    return cases;
}

Benchmark::Benchmark(JobRunner& runner, MakeJob makeJob, const QString& file, QObject* parent)
    : QObject(parent), m_runner(runner), m_makeJob(std::move(makeJob)), m_monitor(runner), m_store(file) {
    connect(&m_monitor, &RunMonitor::ended, this, &Benchmark::take);
    show();
}

bool Benchmark::measure(const std::vector<core::BenchmarkRequest>& requests) {
    if (m_runner.isRunning() || requests.empty())
        return false;
    m_running = requests;
    m_monitor.begin(toText(requests.front().model), {});
    m_runner.start(m_makeJob(requests));
    return true;
}

void Benchmark::clear() {
    m_store.clear();
    show();
}

QStringList Benchmark::outdated() const {
    QStringList folders;
    for (const BenchmarkRecord& record : m_store.records()) {
        const QFileInfo config(QDir(record.folder).filePath(QStringLiteral("config.json")));
        if (config.lastModified() > QDateTime::fromString(record.when, Qt::ISODate) && !folders.contains(record.folder))
            folders << record.folder;
    }
    return folders;
}

void Benchmark::take() {
    const auto* results = std::get_if<std::vector<core::BenchmarkResult>>(&m_monitor.outcome().result);
    if (!results)
        return;
    const QString now = QDateTime::currentDateTime().toString(Qt::ISODate);
    for (std::size_t i = 0; i < results->size(); ++i)
        m_store.add({toText(m_running[i].model), now, (*results)[i]});
    show();
}

void Benchmark::show() {
    m_speeds.setRows(speedRows(m_store.records()));
    emit resultsChanged();
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of models: the job, what it measured, and a table that sets new measurements against earlier ones.
#pragma once

#include <QObject>
#include <functional>
#include <vector>

#include "app/benchmark_store.h"
#include "app/run_monitor.h"
#include "app/table_model.h"

namespace awq::app {

// One case of one measurement.
struct SpeedRow {
    QString model, folder, form, device, when;
    core::BenchmarkRow speed;
    double againstFloat = 0; // tokens per second relative to the newest float model's, same case and device; 0: none
};

class SpeedModel : public TableModel<SpeedRow> {
public:
    using Row = SpeedRow;
    enum ColumnIndex { model, form, phase, sequences, tokens, speed, against, median, spread, bandwidth, device, when };

    explicit SpeedModel(QObject* parent = nullptr);
};

// Newest measurement first, each case in the order measured.
std::vector<SpeedRow> speedRows(const std::vector<BenchmarkRecord>& records);

// Which cases are measured.
struct BenchmarkCases {
    QString title, explanation;
    std::vector<qint64> promptTokens, batches;
    qint64 newTokens;
    int repeat;
};
const std::vector<BenchmarkCases>& benchmarkCases(); // quick first

class Benchmark : public QObject {
    Q_OBJECT

public:
    using MakeJob = std::function<Job(const std::vector<core::BenchmarkRequest>&)>;

    Benchmark(JobRunner& runner, MakeJob makeJob, const QString& file, QObject* parent = nullptr);

    bool measure(const std::vector<core::BenchmarkRequest>& requests); // false when the runner is busy
    void clear();
    RunMonitor& monitor() { return m_monitor; }
    SpeedModel& speeds() { return m_speeds; }
    const BenchmarkStore& store() const { return m_store; }
    // Folders measured before their config.json was last written.
    QStringList outdated() const;

signals:
    void resultsChanged();

private:
    void take();
    void show();

    JobRunner& m_runner;
    MakeJob m_makeJob;
    RunMonitor m_monitor;
    BenchmarkStore m_store;
    SpeedModel m_speeds;
    std::vector<core::BenchmarkRequest> m_running;
};

} // namespace awq::app

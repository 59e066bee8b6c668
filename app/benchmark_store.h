// SPDX-License-Identifier: GPL-3.0-or-later
// Measured speeds, kept in one JSON file, so that today's can be compared with last month's.
#pragma once

#include <QString>
#include <vector>

#include "core/run/benchmark_run.h"

namespace awq::app {

struct BenchmarkRecord {
    QString folder; // of the model
    QString when;   // local time, ISO 8601
    core::BenchmarkResult result;
};

class BenchmarkStore {
public:
    // A file that cannot be read is kept under another name, and notice() says so.
    explicit BenchmarkStore(const QString& file);

    const std::vector<BenchmarkRecord>& records() const { return m_records; } // oldest first
    QString notice() const { return m_notice; }
    void add(BenchmarkRecord record);
    void clear();

private:
    void load();
    void save() const;

    const QString m_file;
    std::vector<BenchmarkRecord> m_records;
    QString m_notice;
};

} // namespace awq::app

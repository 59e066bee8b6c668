// SPDX-License-Identifier: GPL-3.0-or-later
// The newest lines of the log as a table; takes lines from any thread and shows them a few times a second.
#pragma once

#include <QTimer>
#include <mutex>
#include <vector>

#include "app/table_model.h"
#include "core/log.h"

namespace awq::app {

class LogModel : public TableModel<core::LogEntry> {
public:
    enum ColumnIndex { time, level, text };
    static constexpr int capacity = 5000; // rows kept
    static constexpr int flushIntervalMs = 100;

    explicit LogModel(QObject* parent = nullptr);

    void append(const core::LogEntry& entry); // any thread
    void flush();                             // shows what waits now

private:
    std::mutex m_mutex; // guards the members below
    std::vector<core::LogEntry> m_waiting;
    std::size_t m_dropped = 0; // lines of a flood that outran the model
    bool m_posted = false;

    QTimer m_timer;
};

} // namespace awq::app

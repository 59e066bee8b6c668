// SPDX-License-Identifier: GPL-3.0-or-later
// The program's log: the newest lines in memory, all lines in a file, and a listener. The previous run's file is kept
// beside it.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace awq::core {

enum class LogLevel { debug, info, warning, error };
const char* nameOf(LogLevel level); // "debug", ...

struct LogEntry {
    std::int64_t milliseconds = 0; // since 1970, UTC
    LogLevel level = LogLevel::info;
    std::string text;
};

// "2026-03-01T12:00:00.250Z warning text"
std::string toLine(const LogEntry& entry);

// All members may be called from any thread.
class Log {
public:
    using Sink = std::function<void(const LogEntry&)>;

    struct Options {
        std::filesystem::path file;      // empty: none. An existing one becomes "<stem>.previous<extension>"
        std::size_t capacity = 5000;     // entries kept in memory
        LogLevel level = LogLevel::info; // lower levels are dropped
    };

    // A file that cannot be opened is reported as the first entry; logging goes on in memory.
    explicit Log(Options options);

    void write(LogLevel level, std::string text);
    std::vector<LogEntry> recent(std::size_t count) const; // oldest first
    // Called on the writing thread for every later entry, one at a time; must not write to this log. An empty one stops
    // it.
    void setSink(Sink sink);

private:
    Options m_options;
    mutable std::mutex m_mutex; // guards what follows
    std::deque<LogEntry> m_entries;
    std::ofstream m_file;
    Sink m_sink;
};

} // namespace awq::core

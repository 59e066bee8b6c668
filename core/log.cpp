// SPDX-License-Identifier: GPL-3.0-or-later
// A bounded ring of log lines with a file and a listener.
#include "core/log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <system_error>

namespace awq::core {

namespace fs = std::filesystem;

namespace {

std::int64_t now() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

void keepPrevious(const fs::path& file) {
    std::error_code ignored; // without a previous file there is nothing to keep
    fs::rename(file, file.parent_path() / (file.stem().string() + ".previous" + file.extension().string()), ignored);
}

} // namespace

const char* nameOf(LogLevel level) {
    constexpr std::array names{"debug", "info", "warning", "error"};
    return names[static_cast<std::size_t>(level)];
}

std::string toLine(const LogEntry& entry) {
    const std::time_t seconds = entry.milliseconds / 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char date[32], stamp[48];
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(stamp, sizeof stamp, "%s.%03dZ", date, int(entry.milliseconds % 1000));
    return std::string(stamp) + " " + nameOf(entry.level) + " " + entry.text;
}

Log::Log(Options options) : m_options(std::move(options)) {
    if (m_options.file.empty())
        return;
    std::error_code ignored; // a folder that cannot be made shows as a file that cannot be opened
    fs::create_directories(m_options.file.parent_path(), ignored);
    keepPrevious(m_options.file);
    m_file.open(m_options.file);
    if (!m_file)
        write(LogLevel::warning, "cannot write the log file " + m_options.file.string());
}

void Log::write(LogLevel level, std::string text) {
    if (level < m_options.level)
        return;
    const LogEntry entry{now(), level, std::move(text)};
    const std::lock_guard lock(m_mutex);
    m_entries.push_back(entry);
    if (m_entries.size() > m_options.capacity)
        m_entries.pop_front();
    if (m_file.is_open())
        m_file << toLine(entry) << std::endl; // flushed: the last lines matter after a crash
    if (m_sink)
        m_sink(entry);
}

std::vector<LogEntry> Log::recent(std::size_t count) const {
    const std::lock_guard lock(m_mutex);
    const auto first = m_entries.end() - std::ptrdiff_t(std::min(count, m_entries.size()));
    return {first, m_entries.end()};
}

void Log::setSink(Sink sink) {
    const std::lock_guard lock(m_mutex);
    m_sink = std::move(sink);
}

} // namespace awq::core

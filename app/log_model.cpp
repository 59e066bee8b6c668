// SPDX-License-Identifier: GPL-3.0-or-later
// Bounded, latched log table.
#include "app/log_model.h"

#include <QCoreApplication>
#include <QDateTime>
#include <utility>

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(LogModel)
};

std::vector<Column<core::LogEntry>> columns() {
    using Row = core::LogEntry;
    return {
        {Text::tr("Time"), Text::tr("Local time."), [](const Row& r) { return qint64(r.milliseconds); },
         [](const Row& r) {
             return QDateTime::fromMSecsSinceEpoch(r.milliseconds).toString(QStringLiteral("HH:mm:ss.zzz"));
         }},
        {Text::tr("Level"), Text::tr("How serious it is."), [](const Row& r) { return int(r.level); },
         [](const Row& r) { return QString::fromLatin1(core::nameOf(r.level)); }},
        {Text::tr("Message"), Text::tr("What happened."), [](const Row& r) { return QString::fromStdString(r.text); }},
    };
}

} // namespace

LogModel::LogModel(QObject* parent) : TableModel(columns(), parent) {
    m_timer.setSingleShot(true);
    m_timer.setInterval(flushIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &LogModel::flush);
}

void LogModel::append(const core::LogEntry& entry) {
    bool post = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.size() < std::size_t(capacity))
            m_waiting.push_back(entry);
        else
            ++m_dropped;
        post = !std::exchange(m_posted, true);
    }
    if (post)
        QMetaObject::invokeMethod(&m_timer, qOverload<>(&QTimer::start), Qt::QueuedConnection);
}

void LogModel::flush() {
    std::vector<core::LogEntry> entries;
    std::size_t dropped = 0;
    {
        const std::lock_guard lock(m_mutex);
        entries = std::exchange(m_waiting, {});
        dropped = std::exchange(m_dropped, 0);
        m_posted = false;
    }
    if (dropped > 0)
        entries.push_back({entries.back().milliseconds, core::LogLevel::warning,
                           Text::tr("%n more lines are only in the log file.", nullptr, int(dropped)).toStdString()});
    appendRows(std::move(entries));
    if (const int excess = rowCount() - capacity; excess > 0)
        removeFirst(excess);
}

} // namespace awq::app

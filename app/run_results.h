// SPDX-License-Identifier: GPL-3.0-or-later
// An opened run: what its folder holds, read in the background and kept up to date while the run still writes to it.
#pragma once

#include <QObject>
#include <QStringList>
#include <map>
#include <optional>
#include <set>

#include "app/latest_task.h"
#include "app/run_models.h"
#include "app/run_progress.h"
#include "core/store/run_store.h"

namespace awq::app {

class RunResults : public QObject {
    Q_OBJECT

public:
    enum class State { none, loading, ready, failed };

    explicit RunResults(QObject* parent = nullptr);

    void open(const QString& folder); // replaces what was open
    void refresh();                   // reads blocks and events that came since
    void close();

    State state() const { return m_state; }
    QString folder() const { return m_folder; }
    const core::RunInfo& info() const { return m_info; }       // when ready
    const RunProgress& progress() const { return m_progress; } // of the journal, up to the last refresh
    const std::optional<core::Error>& error() const { return m_error; }
    QStringList damaged() const { return m_damaged; }     // one line per block that cannot be read; the rest is shown
    bool wasInterrupted() const { return m_interrupted; } // says "running", but no process works on it

    RunLinearsModel& linears() { return m_linears; }
    ScaleSetsModel& scaleSets() { return m_scaleSets; }

signals:
    void stateChanged();
    void contentChanged(); // blocks or events were added

private:
    struct Contents {
        core::RunInfo info;
        bool locked = false;
        std::vector<core::Event> journal;
        std::vector<core::BlockResult> blocks;
        std::map<int, std::string> damaged;
    };

    static Contents read(const QString& folder, const std::set<int>& known, std::stop_token stop);
    void take(const core::Outcome<Contents>& outcome);
    void show(const Contents& contents);
    void clear();

    State m_state = State::none;
    QString m_folder;
    core::RunInfo m_info;
    RunProgress m_progress;
    std::optional<core::Error> m_error;
    QStringList m_damaged;
    bool m_interrupted = false;
    bool m_again = false; // a refresh came while one was under way
    std::set<int> m_known;
    RunLinearsModel m_linears;
    ScaleSetsModel m_scaleSets;
    LatestTask m_task; // last: stopped before what it fills goes away
};

} // namespace awq::app

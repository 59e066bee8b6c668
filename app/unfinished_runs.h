// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that were stopped, failed or interrupted before their output was written: found again, gone on with, thrown
// away.
#pragma once

#include <QObject>
#include <set>
#include <vector>

#include "app/latest_task.h"
#include "core/plan/recipe.h"
#include "core/run/quantize_run.h"

namespace awq::app {

struct UnfinishedRun {
    QString folder, model, output;
    core::Recipe recipe;
    QString state; // "cancelled", "failed", "running" (its program ended)
    int blocksDone = 0, blocks = 0;

    core::QuantizeRequest resumeRequest() const;
};

// Those of the folders that hold one, in the same order. Runs another process works on are left out.
std::vector<UnfinishedRun> findUnfinishedRuns(const QStringList& folders, std::stop_token stop = {});

class UnfinishedRuns : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    void look(const QStringList& folders); // in the background
    const std::vector<UnfinishedRun>& runs() const { return m_runs; }

signals:
    void changed();

private:
    std::vector<UnfinishedRun> m_runs;
    LatestTask m_task; // last: stopped first
};

} // namespace awq::app

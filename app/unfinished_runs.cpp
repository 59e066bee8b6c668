// SPDX-License-Identifier: GPL-3.0-or-later
// Looking for unfinished runs.
#include "app/unfinished_runs.h"

#include "app/folder_kind.h"
#include "app/paths.h"
#include "core/store/run_store.h"

namespace awq::app {

core::QuantizeRequest UnfinishedRun::resumeRequest() const {
    core::QuantizeRequest request;
    request.model = toPath(model);
    request.output = toPath(output);
    request.runDir = toPath(folder);
    request.recipe = recipe;
    request.resume = true;
    return request;
}

std::vector<UnfinishedRun> findUnfinishedRuns(const QStringList& folders, std::stop_token stop) {
    std::vector<UnfinishedRun> runs;
    for (const QString& folder : folders) {
        if (stop.stop_requested())
            break;
        if (folderKind(folder) != FolderKind::run || core::RunStore::isLocked(toPath(folder)))
            continue;
        try {
            const core::RunStore store = core::RunStore::open(toPath(folder));
            const core::RunInfo& info = store.info();
            if (info.state != "finished")
                runs.push_back({folder, toText(info.model), toText(info.output), info.recipe,
                                QString::fromStdString(info.state), int(store.finishedBlocks().size()), info.blocks});
        } catch (const core::Error&) { // opening it says what is damaged; there is nothing to go on with
        }
    }
    return runs;
}

void UnfinishedRuns::look(const QStringList& folders) {
    m_task.request([folders](std::stop_token stop) { return findUnfinishedRuns(folders, std::move(stop)); },
                   [this](const core::Outcome<std::vector<UnfinishedRun>>& outcome) {
                       m_runs = outcome.ok() ? *outcome.result : std::vector<UnfinishedRun>();
                       emit changed();
                   });
}

} // namespace awq::app

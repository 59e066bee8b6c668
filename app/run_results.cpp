// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a run's folder off the window's thread.
#include "app/run_results.h"

#include <utility>

#include "app/paths.h"

namespace awq::app {

RunResults::RunResults(QObject* parent) : QObject(parent) {}

void RunResults::open(const QString& folder) {
    clear();
    m_folder = folder;
    m_state = State::loading;
    emit stateChanged();
    refresh();
}

void RunResults::close() {
    m_task.cancel();
    clear();
    emit stateChanged();
}

void RunResults::clear() {
    m_task.cancel();
    m_state = State::none;
    m_folder.clear();
    m_info = {};
    m_progress = {};
    m_error.reset();
    m_damaged.clear();
    m_interrupted = m_again = false;
    m_known.clear();
    m_linears.setRows({});
    m_scaleSets.setRows({});
}

void RunResults::refresh() {
    if (m_folder.isEmpty())
        return;
    if (m_task.isBusy()) {
        m_again = true;
        return;
    }
    m_task.request([folder = m_folder, known = m_known](std::stop_token stop) { return read(folder, known, stop); },
                   [this](const core::Outcome<Contents>& outcome) { take(outcome); });
}

RunResults::Contents RunResults::read(const QString& folder, const std::set<int>& known, std::stop_token stop) {
    const auto path = toPath(folder);
    const core::RunStore store = core::RunStore::open(path);
    Contents contents;
    contents.info = store.info();
    contents.locked = core::RunStore::isLocked(path);
    contents.journal = store.journal();
    for (const int block : store.finishedBlocks()) {
        if (stop.stop_requested())
            break;
        if (known.contains(block))
            continue;
        try {
            contents.blocks.push_back(store.loadBlockSummary(block));
        } catch (const core::Error& error) {
            contents.damaged[block] = std::string(error.what()) + (error.where().empty() ? "" : ": " + error.where());
        }
    }
    return contents;
}

void RunResults::take(const core::Outcome<Contents>& outcome) {
    if (outcome.ok())
        show(*outcome.result);
    else
        m_error = outcome.error;
    const State state = outcome.ok() ? State::ready : State::failed;
    const bool changed = std::exchange(m_state, state) != state;
    if (changed)
        emit stateChanged();
    if (outcome.ok())
        emit contentChanged();
    if (std::exchange(m_again, false))
        refresh();
}

void RunResults::show(const Contents& contents) {
    m_info = contents.info;
    m_error.reset();
    m_interrupted = (m_info.state == "running" || m_info.state == "committing") && !contents.locked;
    m_progress = {};
    for (const core::Event& event : contents.journal)
        m_progress.apply(event);
    for (const core::BlockResult& block : contents.blocks) {
        m_known.insert(block.block);
        m_linears.addBlock(block);
        m_scaleSets.addBlock(block);
    }
    m_damaged.clear();
    for (const auto& [block, why] : contents.damaged)
        m_damaged << tr("Block %1 cannot be read: %2").arg(block).arg(QString::fromStdString(why));
}

} // namespace awq::app

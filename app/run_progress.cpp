// SPDX-License-Identifier: GPL-3.0-or-later
// Folding of events into the state of a run.
#include "app/run_progress.h"

#include <QCoreApplication>
#include <algorithm>

#include "app/number_text.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(RunProgress)
};

} // namespace

QString phaseName(core::Phase phase) {
    switch (phase) {
    case core::Phase::reading:
        return Text::tr("Reading");
    case core::Phase::capturing:
        return Text::tr("Capturing");
    case core::Phase::searching:
        return Text::tr("Searching");
    case core::Phase::clipping:
        return Text::tr("Clipping");
    case core::Phase::packing:
        return Text::tr("Packing");
    case core::Phase::writing:
        return Text::tr("Writing");
    case core::Phase::verifying:
        return Text::tr("Verifying");
    case core::Phase::evaluating:
        return Text::tr("Evaluating");
    }
    return {};
}

void RunProgress::apply(const core::Event& event) {
    seconds = event.seconds;
    std::visit([this](const auto& payload) { take(payload); }, event.payload);
}

void RunProgress::setCancelling() {
    if (state == RunState::running)
        state = RunState::cancelling;
}

int RunProgress::blocksDone() const {
    return int(std::count_if(blocks.begin(), blocks.end(),
                             [](const auto& block) { return block.state == BlockProgress::done; }));
}

QString RunProgress::phaseText() const {
    QString text = phaseName(phase);
    if (currentBlock >= 0 && !blocks.empty())
        text = Text::tr("%1 · block %2 of %3").arg(text).arg(currentBlock + 1).arg(blocks.size());
    return phaseDetail.isEmpty() ? text : Text::tr("%1 · %2").arg(text, phaseDetail);
}

QString RunProgress::nowText() const {
    if (!ratio || ratio->block != currentBlock)
        return {};
    return Text::tr("%1 · ratio %2 of %3 · best %4")
        .arg(QString::fromStdString(ratio->producer))
        .arg(ratio->index + 1)
        .arg(ratio->count)
        .arg(fixedText(ratio->bestRatio, 2));
}

std::vector<LinearLoss> RunProgress::worstLinears(std::size_t count) const {
    std::vector<LinearLoss> worst(std::min(count, losses.size()));
    std::partial_sort_copy(losses.begin(), losses.end(), worst.begin(), worst.end(),
                           [](const auto& a, const auto& b) { return a.outputMse > b.outputMse; });
    return worst;
}

void RunProgress::take(const core::Started& event) {
    const double now = seconds;
    *this = {};
    seconds = now;
    state = RunState::running;
    job = QString::fromStdString(event.job);
    model = QString::fromStdString(event.model);
    runDir = QString::fromStdString(event.runDir);
    blocks.resize(std::size_t(std::max(0, event.blocks)));
    for (int i = 0; i < event.firstBlock && i < event.blocks; ++i)
        blocks[std::size_t(i)].state = BlockProgress::done;
    m_eta.start(event.blocks - event.firstBlock, now);
}

void RunProgress::take(const core::PhaseChanged& event) {
    phase = event.phase;
    phaseDetail = QString::fromStdString(event.detail);
    currentBlock = event.block;
    if (event.phase != core::Phase::searching)
        ratio.reset();
}

void RunProgress::take(const core::BlockStarted& event) {
    currentBlock = event.block;
    blockStarted = seconds;
    if (BlockProgress* block = blockAt(event.block))
        block->state = BlockProgress::running;
}

void RunProgress::take(const core::LinearDone& event) {
    if (event.fate == "excluded")
        ++excluded;
    else
        losses.push_back({event.block, QString::fromStdString(event.name), event.outputMse});
}

void RunProgress::take(const core::BlockDone& event) {
    if (BlockProgress* block = blockAt(event.block))
        *block = {BlockProgress::done, event.seconds, event.outputMse, event.relativeError};
    m_eta.blockDone(event.seconds, seconds);
}

void RunProgress::take(const core::MemorySample& event) {
    memory.push_back({seconds, event.hostBytes, event.deviceBytes});
    if (memory.size() <= maxMemoryPoints)
        return;
    // Every other point of the older half goes: the timeline keeps its ends and its newest detail.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < memory.size(); ++i)
        if (i >= memory.size() / 2 || i % 2 == 0)
            memory[kept++] = memory[i];
    memory.resize(kept);
}

void RunProgress::take(const core::Finished& event) {
    state = RunState::finished;
    fraction = 1;
    finished = event;
}

void RunProgress::take(const core::Failed& event) {
    state = RunState::failed;
    failed = event;
}

void RunProgress::take(const core::Cancelled& event) {
    state = RunState::cancelled;
    cancelled = event;
}

BlockProgress* RunProgress::blockAt(int index) {
    return index >= 0 && std::size_t(index) < blocks.size() ? &blocks[std::size_t(index)] : nullptr;
}

} // namespace awq::app

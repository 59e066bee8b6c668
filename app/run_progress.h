// SPDX-License-Identifier: GPL-3.0-or-later
// What is known about a run, folded from its events: the same for a live run and for a replayed journal.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "app/eta.h"
#include "core/event.h"

namespace awq::app {

enum class RunState { idle, running, cancelling, finished, failed, cancelled };

struct BlockProgress {
    enum State { waiting, running, done };
    State state = waiting;
    double seconds = 0, outputMse = 0, relativeError = 0; // of a finished block
};

struct LinearLoss {
    int block = 0;
    QString name;
    double outputMse = 0;
};

struct MemoryPoint {
    double seconds = 0;
    qint64 hostBytes = 0, deviceBytes = 0;
};

class RunProgress {
public:
    static constexpr std::size_t maxMemoryPoints = 4096; // older ones are thinned out beyond

    void apply(const core::Event& event);
    void setCancelling();

    bool isActive() const { return state == RunState::running || state == RunState::cancelling; }
    int blocksDone() const;
    std::optional<Eta> eta(double now) const { return m_eta.at(now); }
    // "Searching · block 18 of 32"
    QString phaseText() const;
    // "mlp.down_proj · ratio 14 of 20 · best 0.35"; empty outside a search
    QString nowText() const;
    std::vector<LinearLoss> worstLinears(std::size_t count) const; // by loss, worst first

    RunState state = RunState::idle;
    QString job, model, runDir;
    double seconds = 0;  // of the newest event
    double fraction = 0; // 0..1
    core::Phase phase = core::Phase::reading;
    QString phaseDetail;
    int currentBlock = -1;
    double blockStarted = 0; // seconds of the run
    std::optional<core::RatioTried> ratio;
    std::vector<BlockProgress> blocks;
    std::vector<LinearLoss> losses; // quantized linears, in order of completion
    int excluded = 0;               // linears kept in float
    std::vector<MemoryPoint> memory;
    std::vector<core::Warning> warnings;
    std::vector<core::PerplexityDone> perplexities;
    std::optional<core::Finished> finished;
    std::optional<core::Failed> failed;
    std::optional<core::Cancelled> cancelled;

private:
    void take(const core::Started& event);
    void take(const core::PhaseChanged& event);
    void take(const core::Progress& event) { fraction = event.fraction; }
    void take(const core::BlockStarted& event);
    void take(const core::RatioTried& event) { ratio = event; }
    void take(const core::ScaleSetDone&) {}
    void take(const core::LinearDone& event);
    void take(const core::BlockDone& event);
    void take(const core::MemorySample& event);
    void take(const core::SnapshotSaved&) {}
    void take(const core::PerplexityDone& event) { perplexities.push_back(event); }
    void take(const core::Warning& event) { warnings.push_back(event); }
    void take(const core::Finished& event);
    void take(const core::Failed& event);
    void take(const core::Cancelled& event);
    BlockProgress* blockAt(int index);

    EtaEstimator m_eta;
};

QString phaseName(core::Phase phase); // "Searching"

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Several processes, on one machine or on many, at work on one run: they share the run folder, and claim its blocks
// through a key-value store that the first process serves.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "core/run/block_board.h"
#include "core/run/process_place.h"

namespace awq::core {

// Any thread. What goes wrong between the processes is thrown as Error(noResources): finished blocks are kept.
class ProcessGroup : public BlockClaims {
public:
    // Connects; the first process waits for nobody, the others for the first.
    explicit ProcessGroup(const ProcessPlace& place);
    ~ProcessGroup() override; // unless the first process has ended the run, it has failed

    bool isFirst() const { return m_place.rank == 0; }
    int rank() const { return m_place.rank; }

    // The first process: the run is open, `description` is what all must agree on.
    void openRun(const std::string& description);
    // The others: waits for that.
    std::string awaitRun(const std::stop_token& stop);

    bool claim(int block) override;
    void release(int block) override;
    void finish(int block) override;
    bool isFinished(int block) override;
    bool isOpen(int block) override;

    // The first process: the output is complete. Waits a moment for the others to hear it.
    void endRun();
    // The others: waits for that.
    void awaitEnd(const std::stop_token& stop);

private:
    struct Store;

    std::string ownerOf(int block);
    bool lives(const std::string& process);
    void beat(const std::stop_token& stop);
    void sayEnd(const std::string& how);
    void requireFirst();

    ProcessPlace m_place;
    std::string m_name; // of this process, unique even when a rank is started again
    std::unique_ptr<Store> m_store;

    struct Pulse {
        std::int64_t beats = -1;
        double changed = 0; // seconds of the steady clock
    };
    std::mutex m_mutex; // guards the pulses
    std::map<std::string, Pulse> m_pulses;
    bool m_ended = false;
    std::mutex m_beatMutex;
    std::condition_variable_any m_beatWait;
    std::jthread m_heart; // last: stops first
};

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Which blocks of a run are finished, which somebody works on, and how far: shared by the workers and by whoever waits
// for their results.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

namespace awq::core {

// Blocks that several processes share are claimed from all of them.
class BlockClaims {
public:
    virtual ~BlockClaims() = default;
    virtual bool claim(int block) = 0; // false: another process has it or has finished it
    virtual void release(int block) = 0;
    virtual void finish(int block) = 0;
    virtual bool isFinished(int block) = 0; // by any process
    virtual bool isOpen(int block) = 0;     // nobody who lives works on it or has finished it
};

// Any thread.
class BlockBoard {
public:
    // `finished`: per block. `claims`: null in a run of one process; must live as long.
    explicit BlockBoard(std::vector<bool> finished, BlockClaims* claims = nullptr);

    int count() const { return int(m_states.size()); }
    int finished() const; // how many
    int lastOpen() const; // the last that nobody works on; -1: none
    bool isFinished(int block) const;
    bool isElsewhere(int block) const; // finished by another process since this began

    // True: the caller works on the block, and says finish() or release().
    bool claim(int block);
    void release(int block);
    void finish(int block);
    void lookAtOthers(); // what other processes have finished meanwhile

    void setShare(int block, double share); // done of the block, 0..1
    double share() const;                   // done of all blocks

    // No further block will be finished; null: because all are.
    void end(std::exception_ptr error);
    // Returns once the block is finished; rethrows what end() was told.
    void waitFor(int block);

private:
    enum class State { open, claimed, finished, elsewhere };

    static bool isDone(State state) { return state == State::finished || state == State::elsewhere; }

    BlockClaims* m_claims;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<State> m_states;
    std::vector<double> m_shares;
    bool m_ended = false;
    std::exception_ptr m_error;
};

} // namespace awq::core

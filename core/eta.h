// SPDX-License-Identifier: GPL-3.0-or-later
// How long a run will still take, from the blocks it has finished; says nothing it cannot know.
#pragma once

#include <deque>
#include <optional>

namespace awq::core {

struct Eta {
    double low = 0, high = 0; // seconds; equal once a tenth of the blocks is done
    bool slow = false;        // the current block takes more than five times the mean
};

class EtaEstimator {
public:
    void start(int blocksToDo, double now); // seconds of the run
    void blockDone(double blockSeconds, double now);

    // Nothing until two blocks are done.
    std::optional<Eta> at(double now) const;

private:
    double mean() const;

    std::deque<double> m_recent; // seconds of the newest blocks
    int m_toDo = 0, m_done = 0;
    double m_lastDone = 0; // when the newest block ended
};

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Remaining time from a rolling mean over finished blocks.
#include "core/eta.h"

#include <algorithm>
#include <numeric>

namespace awq::core {

namespace {

constexpr std::size_t window = 8;  // blocks in the rolling mean
constexpr int blocksNeeded = 2;    // before anything is said
constexpr double rangeUntil = 0.1; // share of blocks until which a range is given
constexpr double rangeWidth = 0.3; // half-width of that range
constexpr double slowFactor = 5;

} // namespace

void EtaEstimator::start(int blocksToDo, double now) {
    *this = {};
    m_toDo = blocksToDo;
    m_lastDone = now;
}

void EtaEstimator::blockDone(double blockSeconds, double now) {
    m_recent.push_back(std::min(blockSeconds, now - m_lastDone)); // several workers: a block every so often
    if (m_recent.size() > window)
        m_recent.pop_front();
    ++m_done;
    m_lastDone = now;
}

double EtaEstimator::mean() const {
    return std::accumulate(m_recent.begin(), m_recent.end(), 0.0) / double(m_recent.size());
}

std::optional<Eta> EtaEstimator::at(double now) const {
    if (m_done < blocksNeeded || m_toDo <= 0)
        return std::nullopt;
    const double inBlock = std::max(0.0, now - m_lastDone);
    const double left = mean() * (m_toDo - m_done);
    const double seconds = std::max(0.0, left - std::min(inBlock, mean()));
    const bool precise = double(m_done) / m_toDo >= rangeUntil;
    const double half = precise ? 0 : rangeWidth * seconds;
    return Eta{seconds - half, seconds + half, m_done < m_toDo && inBlock > slowFactor * mean()};
}

} // namespace awq::core

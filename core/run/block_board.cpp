// SPDX-License-Identifier: GPL-3.0-or-later
// A mutex around a few numbers.
#include "core/run/block_board.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "core/error.h"

namespace awq::core {

BlockBoard::BlockBoard(std::vector<bool> finished, BlockClaims* claims)
    : m_claims(claims), m_states(finished.size(), State::open), m_shares(finished.size(), 0.0) {
    for (std::size_t i = 0; i < finished.size(); ++i)
        if (finished[i]) {
            m_states[i] = State::finished;
            m_shares[i] = 1;
        }
}

int BlockBoard::finished() const {
    const std::lock_guard lock(m_mutex);
    return int(std::ranges::count_if(m_states, isDone));
}

int BlockBoard::lastOpen() const {
    const std::lock_guard lock(m_mutex);
    for (int block = count(); block-- > 0;)
        if (m_states[std::size_t(block)] == State::open && (!m_claims || m_claims->isOpen(block)))
            return block;
    return -1;
}

bool BlockBoard::isFinished(int block) const {
    const std::lock_guard lock(m_mutex);
    return isDone(m_states[std::size_t(block)]);
}

bool BlockBoard::isElsewhere(int block) const {
    const std::lock_guard lock(m_mutex);
    return m_states[std::size_t(block)] == State::elsewhere;
}

bool BlockBoard::claim(int block) {
    const std::lock_guard lock(m_mutex);
    State& state = m_states[std::size_t(block)];
    if (state != State::open || (m_claims && !m_claims->claim(block)))
        return false;
    state = State::claimed;
    return true;
}

void BlockBoard::release(int block) {
    const std::lock_guard lock(m_mutex);
    m_states[std::size_t(block)] = State::open;
    m_shares[std::size_t(block)] = 0;
    if (m_claims)
        m_claims->release(block);
}

void BlockBoard::finish(int block) {
    {
        const std::lock_guard lock(m_mutex);
        m_states[std::size_t(block)] = State::finished;
        m_shares[std::size_t(block)] = 1;
        if (m_claims)
            m_claims->finish(block);
    }
    m_changed.notify_all();
}

void BlockBoard::lookAtOthers() {
    {
        const std::lock_guard lock(m_mutex);
        for (int block = 0; m_claims && block < count(); ++block) {
            State& state = m_states[std::size_t(block)];
            if (state != State::open || !m_claims->isFinished(block))
                continue;
            state = State::elsewhere;
            m_shares[std::size_t(block)] = 1;
        }
    }
    m_changed.notify_all();
}

void BlockBoard::setShare(int block, double share) {
    const std::lock_guard lock(m_mutex);
    m_shares[std::size_t(block)] = share;
}

double BlockBoard::share() const {
    const std::lock_guard lock(m_mutex);
    return std::accumulate(m_shares.begin(), m_shares.end(), 0.0) / double(std::max(1, count()));
}

void BlockBoard::end(std::exception_ptr error) {
    {
        const std::lock_guard lock(m_mutex);
        m_ended = true;
        m_error = std::move(error);
    }
    m_changed.notify_all();
}

void BlockBoard::waitFor(int block) {
    constexpr auto askOthersEvery = std::chrono::milliseconds(200);
    std::unique_lock lock(m_mutex);
    const auto done = [&] { return isDone(m_states[std::size_t(block)]); };
    while (!m_ended && !done()) {
        if (m_changed.wait_for(lock, askOthersEvery) == std::cv_status::no_timeout || !m_claims)
            continue;
        lock.unlock();
        lookAtOthers();
        lock.lock();
    }
    if (m_error)
        std::rethrow_exception(m_error);
    if (!done())
        throw Error(ErrorCode::internal, "a block was left out", "block " + std::to_string(block));
}

} // namespace awq::core

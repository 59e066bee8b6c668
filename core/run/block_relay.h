// SPDX-License-Identifier: GPL-3.0-or-later
// Passes hidden states from the worker of one block to the worker of the next, like a baton: each is needed in order,
// while the long work on the blocks overlaps.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace awq::core {

// Any thread. One worker after the other takes a block, and waits for what enters it.
template <typename Baton>
class BlockRelay {
public:
    // Blocks 0 .. end - 1; `first` enters block 0.
    BlockRelay(int end, Baton first) : m_end(end), m_baton(std::move(first)) {}

    // The next block; -1: there is none, or the chain broke.
    int nextBlock() {
        const std::lock_guard lock(m_mutex);
        return m_broken || m_next == m_end ? -1 : m_next++;
    }

    // Waits until what enters the block is there. Nothing: the chain broke before.
    std::optional<Baton> receive(int block) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_broken || (m_baton && m_ready == block); });
        return m_baton && m_ready == block ? std::exchange(m_baton, std::nullopt) : std::nullopt;
    }

    // Called by the worker of block - 1.
    void pass(int block, Baton baton) {
        {
            const std::lock_guard lock(m_mutex);
            m_baton = std::move(baton);
            m_ready = block;
        }
        m_changed.notify_all();
    }

    // The worker that should have passed something on cannot.
    void breakOff() {
        {
            const std::lock_guard lock(m_mutex);
            m_broken = true;
        }
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_end = 0, m_next = 0, m_ready = 0;
    bool m_broken = false;
    std::optional<Baton> m_baton; // what enters block m_ready
};

} // namespace awq::core

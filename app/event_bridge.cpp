// SPDX-License-Identifier: GPL-3.0-or-later
// Latched, rate-limited delivery of core events on the bridge's thread.
#include "app/event_bridge.h"

#include <algorithm>

namespace awq::app {

EventBridge::EventBridge(QObject* parent) : QObject(parent) {
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &EventBridge::drain);
}

void EventBridge::receive(const core::Event& event) {
    bool post = false;
    {
        const std::lock_guard lock(m_mutex);
        if (core::isLossy(event))
            m_slots[event.payload.index()] = event;
        else
            m_queue.push_back(event);
        post = !std::exchange(m_posted, true);
    }
    if (post)
        QMetaObject::invokeMethod(this, &EventBridge::scheduleDrain, Qt::QueuedConnection);
}

bool EventBridge::isEmpty() const {
    const std::lock_guard lock(m_mutex);
    return !m_posted;
}

void EventBridge::scheduleDrain() {
    const qint64 elapsed = m_sinceDrain.isValid() ? m_sinceDrain.elapsed() : drainIntervalMs;
    m_timer.start(std::max<qint64>(0, drainIntervalMs - elapsed));
}

void EventBridge::drain() {
    const std::vector<core::Event> batch = takeBatch();
    m_sinceDrain.start();
    emit arrived(batch);
    bool more = false;
    {
        const std::lock_guard lock(m_mutex);
        more = !m_queue.empty() ||
               std::any_of(m_slots.begin(), m_slots.end(), [](const auto& slot) { return slot.has_value(); });
        m_posted = more;
    }
    if (more)
        scheduleDrain();
    else
        emit drained();
}

std::vector<core::Event> EventBridge::takeBatch() {
    const std::lock_guard lock(m_mutex);
    const auto count = static_cast<std::ptrdiff_t>(std::min(maxBatch - m_slots.size(), m_queue.size()));
    std::vector<core::Event> batch(std::make_move_iterator(m_queue.begin()),
                                   std::make_move_iterator(m_queue.begin() + count));
    m_queue.erase(m_queue.begin(), m_queue.begin() + count);
    for (auto& slot : m_slots) {
        // A lossy event stays until everything before it has been delivered.
        if (!slot || (!m_queue.empty() && slot->sequence > m_queue.front().sequence))
            continue;
        batch.push_back(std::move(*slot));
        slot.reset();
    }
    std::stable_sort(batch.begin(), batch.end(), [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    return batch;
}

} // namespace awq::app

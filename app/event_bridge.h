// SPDX-License-Identifier: GPL-3.0-or-later
// The one adapter between core events and Qt signals: takes events on any thread, delivers them in batches on its own.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <array>
#include <deque>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "core/event.h"

namespace awq::app {

// Lossless events queue; a lossy one overwrites the slot of its kind. However many events arrive, at most one drain is
// posted to the event loop, drains are at least drainIntervalMs apart, and each delivers at most maxBatch events.
class EventBridge : public QObject, public core::EventSink {
    Q_OBJECT

public:
    static constexpr int drainIntervalMs = 34; // fewer than 30 drains a second
    static constexpr std::size_t maxBatch = 1024;

    explicit EventBridge(QObject* parent = nullptr);

    void receive(const core::Event& event) override; // any thread
    bool isEmpty() const;                            // nothing waits to be delivered

signals:
    // In the order of their sequence numbers.
    void arrived(const std::vector<awq::core::Event>& events);
    void drained(); // the queue was empty after a delivery

private:
    void scheduleDrain();
    void drain();
    std::vector<core::Event> takeBatch();

    mutable std::mutex m_mutex; // guards the three members below
    std::deque<core::Event> m_queue;
    std::array<std::optional<core::Event>, std::variant_size_v<core::EventPayload>> m_slots;
    bool m_posted = false;

    QTimer m_timer; // waits for the rest of the interval
    QElapsedTimer m_sinceDrain;
};

} // namespace awq::app

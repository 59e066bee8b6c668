// SPDX-License-Identifier: GPL-3.0-or-later
// A sink that keeps every event of a run, and may do something when one arrives.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "core/event.h"

namespace awq::test {

class EventRecorder : public core::EventSink {
public:
    using Reaction = std::function<void(const core::Event&)>;

    explicit EventRecorder(Reaction reaction = {}) : m_reaction(std::move(reaction)) {}

    void receive(const core::Event& event) override {
        events.push_back(event);
        if (m_reaction)
            m_reaction(event);
    }

    std::vector<core::Event> events;

private:
    Reaction m_reaction;
};

} // namespace awq::test

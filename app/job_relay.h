// SPDX-License-Identifier: GPL-3.0-or-later
// Several core runs in a row as one job: one numbering, one progress, no end before the last one's.
#pragma once

#include "core/event.h"

namespace awq::app {

// On the job's thread. Terminal events are left out: the outcome of the job ends it.
class JobRelay : public core::EventSink {
public:
    JobRelay(core::EventSink& sink, std::size_t parts) : m_sink(sink), m_parts(parts) {}

    void startPart(std::size_t part) { m_part = part; }
    void receive(const core::Event& event) override;

private:
    core::EventSink& m_sink;
    const std::size_t m_parts;
    std::size_t m_part = 0;
    std::uint64_t m_next = 0;
    double m_seconds = 0;    // of the newest event passed on
    double m_partStart = 0;  // seconds when the current part began
    std::size_t m_timed = 0; // the part m_partStart belongs to
};

} // namespace awq::app

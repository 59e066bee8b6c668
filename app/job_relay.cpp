// SPDX-License-Identifier: GPL-3.0-or-later
// Renumbering events of consecutive runs.
#include "app/job_relay.h"

namespace awq::app {

void JobRelay::receive(const core::Event& event) {
    if (core::isTerminal(event) || (m_part > 0 && std::holds_alternative<core::Started>(event.payload)))
        return;
    if (m_timed != m_part) {
        m_timed = m_part;
        m_partStart = m_seconds;
    }
    core::Event passed = event;
    passed.sequence = m_next++;
    passed.seconds = m_seconds = m_partStart + event.seconds;
    if (auto* progress = std::get_if<core::Progress>(&passed.payload))
        progress->fraction = (double(m_part) + progress->fraction) / double(m_parts);
    m_sink.receive(passed);
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+C and SIGTERM ask the job to stop; a second one ends the process at once.
#pragma once

#include <stop_token>
#include <thread>

namespace awq::app {

// Make one before any other thread starts, and keep it until the work is done: threads inherit the blocked signals.
class InterruptWatch {
public:
    explicit InterruptWatch(bool announce); // says on standard error that it stops
    std::stop_token stop() const { return m_interrupted.get_token(); }

private:
    void watch(std::stop_token ended);

    bool m_announce;
    std::stop_source m_interrupted;
    std::jthread m_thread;
};

} // namespace awq::app

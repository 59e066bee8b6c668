// SPDX-License-Identifier: GPL-3.0-or-later
// A thread that waits for the two signals.
#include "app/cli_signals.h"

#include <csignal>
#include <cstdio>
#include <ctime>
#include <pthread.h>
#include <unistd.h>

#include "core/error.h"

namespace awq::app {
namespace {

sigset_t watchedSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

} // namespace

InterruptWatch::InterruptWatch(bool announce) : m_announce(announce) {
    const sigset_t signals = watchedSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    m_thread = std::jthread([this](std::stop_token ended) { watch(ended); });
}

void InterruptWatch::watch(std::stop_token ended) {
    const sigset_t signals = watchedSignals();
    const timespec interval{0, 20'000'000}; // how late the end of the work may be noticed
    while (!ended.stop_requested()) {
        if (sigtimedwait(&signals, nullptr, &interval) < 0)
            continue;
        if (m_interrupted.stop_requested())
            _exit(int(core::ErrorCode::cancelled));
        m_interrupted.request_stop();
        if (m_announce)
            std::fputs("\ncancelling: finishing the current step; once more to stop at once\n", stderr);
    }
}

} // namespace awq::app

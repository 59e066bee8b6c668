// SPDX-License-Identifier: GPL-3.0-or-later
// Measures for how long the event loop of its thread was kept from going round: by work, and by waiting for others.
#pragma once

#include <QObject>
#include <QTimer>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace awq::test {

// What a user feels is the gap between two rounds. What a test on a busy machine may judge is the part of it that is
// the program's own doing: computing time of this thread (`busy`), and time it slept inside a round, on a lock or a
// file
// (`held`). Time in which the thread wanted to run and got no processor is neither.
class LoopWatchdog : public QObject {
public:
    explicit LoopWatchdog(QObject* parent = nullptr) : QObject(parent), m_last(read()) {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(intervalMs);
        connect(&m_timer, &QTimer::timeout, this, [this] { tick(); });
        m_timer.start();
    }

    double longestBusyMs() const { return m_busy; }
    double longestHeldMs() const { return m_held; }
    int rounds() const { return m_rounds; }
    void forget() { // starts over
        m_busy = m_held = 0;
        m_rounds = 0;
        m_last = read();
    }

    // Longest that the window may be blocked; programs that watch memory are several times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static constexpr double allowedMs = 250;
#else
    static constexpr double allowedMs = 50;
#endif

private:
    static constexpr int intervalMs = 5;

    struct Reading {
        double wall = 0, busy = 0, waiting = 0; // ms; waiting: for a processor
    };

    static double milliseconds(clockid_t clock) {
        timespec time{};
        clock_gettime(clock, &time);
        return 1e3 * double(time.tv_sec) + 1e-6 * double(time.tv_nsec);
    }

    static Reading read() {
        Reading reading{milliseconds(CLOCK_MONOTONIC), milliseconds(CLOCK_THREAD_CPUTIME_ID), 0};
        if (std::FILE* file = std::fopen("/proc/thread-self/schedstat", "r")) {
            unsigned long long onProcessor = 0, inQueue = 0;
            if (std::fscanf(file, "%llu %llu", &onProcessor, &inQueue) == 2)
                reading.waiting = 1e-6 * double(inQueue);
            std::fclose(file);
        }
        return reading;
    }

    void tick() {
        const Reading now = read();
        const double busy = now.busy - m_last.busy;
        m_busy = std::max(m_busy, busy);
        m_held = std::max(m_held, now.wall - m_last.wall - busy - (now.waiting - m_last.waiting) - intervalMs);
        m_last = now;
        ++m_rounds;
    }

    QTimer m_timer;
    Reading m_last;
    double m_busy = 0, m_held = 0;
    int m_rounds = 0;
};

} // namespace awq::test

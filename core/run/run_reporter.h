// SPDX-License-Identifier: GPL-3.0-or-later
// A run's voice: numbers and times its events, keeps the journal, measures memory, checks for cancellation.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/event.h"
#include "core/run/memory_probe.h"
#include "core/store/run_store.h"

namespace awq::core {

// Several threads may speak; events go out one at a time, numbered in that order. Reading memory() and warnings() is
// for when they are done.
class RunReporter {
public:
    RunReporter(EventSink& sink, std::stop_token stop) : m_sink(sink), m_stop(std::move(stop)) {}

    void keepJournal(RunStore& store) { m_store = &store; } // from now on; the store must live as long
    void watchMemory(std::vector<std::string> devices) { m_memory = MemoryProbe(std::move(devices)); }

    void emit(EventPayload payload);
    void phase(Phase phase, int block = -1, std::string detail = {});
    void endPhase(); // of the calling thread
    // Seconds spent in each phase so far, over all threads.
    std::map<std::string, double> phaseSeconds() const;
    void warn(std::string what, std::string where = {}, std::string hint = {});
    void progress(double fraction); // 0..1; emits at most every thousandth
    void sampleMemory();            // at most twice a second

    // The terminal event of a run that did not finish, and the state of its store. Never throws Error.
    void fail(const Error& error, int blocksDone = 0, const std::string& runDir = {});

    double seconds() const; // since construction
    const std::vector<Warning>& warnings() const { return m_warnings; }
    const MemoryProbe& memory() const { return m_memory; }

    const std::stop_token& stop() const { return m_stop; }
    void checkCancelled() const; // throws Error(cancelled)

private:
    EventSink& m_sink;
    mutable std::recursive_mutex m_mutex; // guards what follows
    std::stop_token m_stop;
    RunStore* m_store = nullptr;
    MemoryProbe m_memory{{"cpu"}};
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    std::uint64_t m_sequence = 0;
    double m_lastProgress = -1, m_lastMemory = -1;
    std::vector<Warning> m_warnings;
    struct Begun {
        Phase phase;
        double at; // seconds()
    };
    std::map<std::thread::id, Begun> m_begun;
    std::map<std::string, double> m_phaseSeconds;
};

// The exception in flight as an error value; out of memory says what the device has left.
Error errorFromCurrentException(const std::string& device);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Events, memory samples, and exceptions as error values.
#include "core/tensor.h"

#include "core/run/run_reporter.h"

#include <new>

#include "core/device.h"
#include "core/units.h"

namespace awq::core {

void RunReporter::emit(EventPayload payload) {
    const std::lock_guard lock(m_mutex);
    const Event event{m_sequence++, seconds(), std::move(payload)};
    if (m_store)
        m_store->append(event);
    m_sink.receive(event);
}

void RunReporter::phase(Phase phase, int block, std::string detail) {
    {
        const std::lock_guard lock(m_mutex);
        endPhase();
        m_begun[std::this_thread::get_id()] = {phase, seconds()};
    }
    emit(PhaseChanged{phase, block, std::move(detail)});
}

void RunReporter::endPhase() {
    const std::lock_guard lock(m_mutex);
    if (const auto begun = m_begun.find(std::this_thread::get_id()); begun != m_begun.end()) {
        m_phaseSeconds[nameOf(begun->second.phase)] += seconds() - begun->second.at;
        m_begun.erase(begun);
    }
}

std::map<std::string, double> RunReporter::phaseSeconds() const {
    const std::lock_guard lock(m_mutex);
    return m_phaseSeconds;
}

void RunReporter::warn(std::string what, std::string where, std::string hint) {
    const std::lock_guard lock(m_mutex);
    m_warnings.push_back({std::move(what), std::move(where), std::move(hint)});
    emit(m_warnings.back());
}

void RunReporter::progress(double fraction) {
    const std::lock_guard lock(m_mutex);
    if (fraction - m_lastProgress < 0.001 && fraction < 1)
        return;
    m_lastProgress = fraction;
    emit(Progress{fraction});
}

void RunReporter::sampleMemory() {
    const std::lock_guard lock(m_mutex);
    if (m_lastMemory >= 0 && seconds() - m_lastMemory < 0.5)
        return;
    m_lastMemory = seconds();
    m_memory.sample();
    emit(MemorySample{m_memory.hostBytes(), m_memory.deviceBytes()});
}

double RunReporter::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
}

void RunReporter::checkCancelled() const {
    if (m_stop.stop_requested())
        throw Error(ErrorCode::cancelled, "cancelled");
}

Error errorFromCurrentException(const std::string& device) {
    const auto outOfMemory = [&] {
        return Error(
            ErrorCode::noResources, "out of memory", device + ", " + formatBytes(freeBytes(device)) + " free",
            "finished blocks are kept: resume with fewer samples or shorter sequences, or close other programs");
    };
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return outOfMemory();
    } catch (const c10::OutOfMemoryError&) {
        return outOfMemory();
    } catch (const c10::Error& error) {
        if (std::string(error.what()).find("can't allocate memory") != std::string::npos)
            return outOfMemory();
        return Error(ErrorCode::internal, error.what_without_backtrace(), "tensor library");
    } catch (const std::exception& error) {
        return Error(ErrorCode::internal, error.what());
    } catch (...) {
        return Error(ErrorCode::internal, "unknown exception");
    }
}

void RunReporter::fail(const Error& error, int blocksDone, const std::string& runDir) {
    const bool cancelled = error.code() == ErrorCode::cancelled;
    try {
        if (m_store)
            m_store->setState(cancelled ? "cancelled" : "failed");
    } catch (const Error&) {
        m_store = nullptr; // a full disk must not hide why the run failed
    }
    const EventPayload payload =
        cancelled ? EventPayload(Cancelled{blocksDone, runDir})
                  : EventPayload(Failed{int(error.code()), error.what(), error.where(), error.hint()});
    try {
        emit(payload);
    } catch (const Error&) {
        m_store = nullptr;
        emit(payload);
    }
}

} // namespace awq::core

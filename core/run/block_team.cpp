// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds of the relay; a second one does what the first one lost.
#include "core/tensor.h"

#include "core/run/block_team_torch.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/run/compute_place_torch.h"

namespace awq::core {
namespace {

// Another device would fare no better.
bool isFatal(const Error& error) {
    return error.code() != ErrorCode::noResources && error.code() != ErrorCode::internal;
}

} // namespace

int BlockTeam::threadsOfEach() const {
    const int threads = m_job.setup.recipe().threads > 0 ? m_job.setup.recipe().threads
                                                         : int(std::max(1U, std::thread::hardware_concurrency()));
    const bool onCpu = m_places.front().device.is_cpu();
    return onCpu ? std::max(1, threads / int(m_places.size())) : threads;
}

void BlockTeam::work() {
    if (m_places.size() > 1 && m_job.setup.recipe().correctsTargets()) {
        m_job.reporter.warn("corrected targets make each block depend on those before it: one device does all of them",
                            deviceName(m_places.front()), "--target original lets several devices share the blocks");
        m_places.resize(1);
    }
    constexpr auto askOthersEvery = std::chrono::milliseconds(200);
    for (m_job.board.lookAtOthers(); m_job.board.finished() < m_job.board.count(); m_job.board.lookAtOthers()) {
        const int last = m_job.board.lastOpen();
        if (last >= 0)
            workUntil(last);
        else
            std::this_thread::sleep_for(askOthersEvery); // other processes work on what is left
        m_job.reporter.checkCancelled();
    }
}

void BlockTeam::workUntil(int last) {
    std::vector<std::exception_ptr> errors(m_places.size());
    const bool alone = m_places.size() == 1;
    const int threads = threadsOfEach();
    const auto runWorker = [&](std::size_t i, BlockWorker& worker, StreamRelay& relay) {
        try {
            worker.run(relay, alone);
        } catch (...) {
            errors[i] = std::current_exception();
            if (isFatal(errorFromCurrentException(deviceName(m_places[i]))))
                relay.breakOff();
        }
    };
    try {
        BlockWorker first(m_job, m_places.front(), threads);
        StreamRelay relay(last + 1, first.embedAll());
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < m_places.size(); ++i)
            others.emplace_back([&, i] {
                try {
                    const c10::InferenceMode inference;
                    BlockWorker worker(m_job, m_places[i], threads);
                    runWorker(i, worker, relay);
                } catch (...) {
                    errors[i] = std::current_exception();
                }
            });
        runWorker(0, first, relay);
    } catch (...) {
        errors.front() = std::current_exception();
    }
    dropFailed(errors);
}

void BlockTeam::dropFailed(const std::vector<std::exception_ptr>& errors) {
    std::vector<ComputePlace> left;
    for (std::size_t i = 0; i < errors.size(); ++i)
        if (!errors[i])
            left.push_back(m_places[i]);
    for (std::size_t i = 0; i < errors.size(); ++i) {
        if (!errors[i])
            continue;
        const std::string device = deviceName(m_places[i]);
        try {
            std::rethrow_exception(errors[i]);
        } catch (...) {
            const Error error = errorFromCurrentException(device);
            if (left.empty() || isFatal(error))
                throw error;
            m_job.reporter.warn(std::string("a device has failed: ") + error.what() + "; the others do its blocks",
                                device, error.hint());
        }
    }
    m_places = std::move(left);
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Clocks and recordings.
#include "core/tensor.h"

#include "core/run/product_timer_torch.h"

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/model/decoder/kernel_call_torch.h"
#include "kernels/stream_graph.h"

namespace awq::core {
namespace {

[[noreturn]] void refuse(const char* what) {
    throw Error(ErrorCode::internal, std::string("the device refused ") + what, "benchmark");
}

} // namespace

ProductTimer::ProductTimer(const at::Device& device) : m_device(device) {
    if (!device.is_cpu())
        m_stream.emplace(device);
}

int ProductTimer::copiesFor(std::int64_t bytes) {
    constexpr std::int64_t together = std::int64_t(240) << 20; // four times the largest cache of today's devices
    return int(std::clamp<std::int64_t>(together / bytes + 1, 2, 64));
}

std::vector<double> ProductTimer::measure(int copies, int repeat, const std::function<void(int)>& call) {
    for (int i = 0; i < copies; ++i)
        call(i);
    if (!m_device.is_cpu())
        return measureOnGpu(copies, repeat, call);
    std::vector<double> seconds;
    for (int i = 0; i < repeat; ++i) {
        const auto start = std::chrono::steady_clock::now();
        call(i % copies);
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return seconds;
}

std::vector<double> ProductTimer::measureOnGpu(int copies, int repeat, const std::function<void(int)>& call) {
    constexpr int callsTogether = 24;
    const kernels::Stream stream = kernelStream(m_device);
    const int calls = copies * std::max(1, callsTogether / copies);
    kernels::StreamGraph graph;
    if (!graph.begin(stream))
        refuse("to record launches");
    try {
        for (int i = 0; i < calls; ++i)
            call(i % copies);
    } catch (...) {
        graph.end(stream); // the stream must not stay in recording
        throw;
    }
    if (!graph.end(stream))
        refuse("the recording");
    graph.timedLaunch(stream);
    std::vector<double> seconds;
    for (int i = 0; i < repeat; ++i) {
        const double microseconds = graph.timedLaunch(stream);
        if (microseconds < 0)
            refuse("to replay");
        seconds.push_back(microseconds / calls * 1e-6);
    }
    return seconds;
}

} // namespace awq::core

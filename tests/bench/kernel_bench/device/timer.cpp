// SPDX-License-Identifier: GPL-3.0-or-later
// Graph timing and benchmark memory.
#include "tests/bench/kernel_bench/device/timer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "kernels/cpu/element.h"

namespace awq::bench {

void require(bool succeeded, const char* what) {
    if (succeeded)
        return;
    std::fprintf(stderr, "%s failed: %s\n", what, cudaGetErrorString(cudaGetLastError()));
    std::exit(1);
}

DeviceMemory allocate(std::size_t bytes) {
    DeviceMemory memory(kernels::allocateOnDevice(bytes), kernels::releaseOnDevice);
    require(memory != nullptr, "allocation");
    return memory;
}

namespace {

// Repeats `pattern` until `bytes` are full.
DeviceMemory repeated(const void* pattern, std::size_t patternBytes, std::size_t bytes) {
    DeviceMemory memory = allocate(bytes);
    for (std::size_t done = 0; done < bytes; done += patternBytes)
        require(cudaMemcpy(static_cast<char*>(memory.get()) + done, pattern, std::min(patternBytes, bytes - done),
                           cudaMemcpyHostToDevice),
                "copy");
    return memory;
}

constexpr std::size_t patternSize = (1 << 22) - 3;

} // namespace

DeviceMemory allocateRandom(std::size_t bytes, int levels) {
    std::mt19937 random(7);
    std::vector<std::uint8_t> pattern(std::min(bytes, patternSize));
    for (std::uint8_t& value : pattern)
        value = std::uint8_t(random() % unsigned(levels));
    return repeated(pattern.data(), pattern.size(), bytes);
}

DeviceMemory allocateHalves(std::size_t count, float smallest, float largest) {
    std::mt19937 random(8);
    std::uniform_real_distribution<float> uniform(smallest, largest);
    std::vector<kernels::cpu::Half> pattern(std::min(count, patternSize));
    for (kernels::cpu::Half& value : pattern)
        value = kernels::cpu::Half(uniform(random));
    return repeated(pattern.data(), pattern.size() * 2, count * 2);
}

int copiesFor(std::size_t bytes) {
    constexpr std::size_t together = 240u << 20; // four times the L2 cache of an H200
    return int(std::max<std::size_t>(2, together / bytes + 1));
}

DeviceTimer::DeviceTimer() {
    require(cudaStreamCreate(&m_stream), "stream");
    require(cudaEventCreate(&m_start), "event");
    require(cudaEventCreate(&m_end), "event");
}

DeviceTimer::~DeviceTimer() {
    cudaEventDestroy(m_end);
    cudaEventDestroy(m_start);
    cudaStreamDestroy(m_stream);
}

cudaGraphExec_t DeviceTimer::capture(int calls, int copies, const std::function<void(int)>& call) {
    cudaGraph_t graph;
    cudaGraphExec_t executable;
    require(cudaStreamBeginCapture(m_stream, cudaStreamCaptureModeThreadLocal), "capture");
    for (int i = 0; i < calls; ++i)
        call(i % copies);
    require(cudaStreamEndCapture(m_stream, &graph), "capture");
    require(cudaGraphInstantiate(&executable, graph, 0), "graph");
    cudaGraphDestroy(graph);
    return executable;
}

double DeviceTimer::replay(cudaGraphExec_t graph, int calls) {
    require(cudaEventRecord(m_start, m_stream), "event");
    require(cudaGraphLaunch(graph, m_stream), "replay");
    require(cudaEventRecord(m_end, m_stream), "event");
    require(cudaEventSynchronize(m_end), "replay");
    float milliseconds = 0;
    require(cudaEventElapsedTime(&milliseconds, m_start, m_end), "event");
    return milliseconds * 1000.0 / calls;
}

std::vector<double> DeviceTimer::measure(int copies, int repeats, const std::function<void(int)>& call) {
    constexpr double longCall = 150; // microseconds
    constexpr int callsTogether = 24;
    for (int i = 0; i < copies; ++i)
        call(i);
    require(cudaStreamSynchronize(m_stream), "first calls");
    cudaGraphExec_t single = capture(1, 1, call);
    replay(single, 1);
    const bool isLong = replay(single, 1) > longCall;
    const int calls = isLong ? 1 : copies * std::max(1, callsTogether / copies);
    cudaGraphExec_t graph = isLong ? single : capture(calls, copies, call);
    replay(graph, calls);
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        if (isLong)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        times.push_back(replay(graph, calls));
    }
    if (graph != single)
        cudaGraphExecDestroy(graph);
    cudaGraphExecDestroy(single);
    return times;
}

} // namespace awq::bench

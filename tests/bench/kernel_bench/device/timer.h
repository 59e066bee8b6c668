// SPDX-License-Identifier: GPL-3.0-or-later
// Timing on a GPU: calls are captured into a graph that goes round copies of the data, so that caches are cold.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "kernels/device_memory.h"

namespace awq::bench {

// Ends the program with a message: a benchmark has nothing to recover to.
void require(bool succeeded, const char* what);
inline void require(cudaError_t error, const char* what) {
    require(error == cudaSuccess, what);
}

using DeviceMemory = std::unique_ptr<void, decltype(&kernels::releaseOnDevice)>;
DeviceMemory allocate(std::size_t bytes);
// Filled with bytes of a fixed random sequence, each taken modulo `levels`.
DeviceMemory allocateRandom(std::size_t bytes, int levels);
// Filled with `count` 16-bit floats around zero (or from smallest to largest).
DeviceMemory allocateHalves(std::size_t count, float smallest, float largest);

// How many copies of `bytes` no cache can hold.
int copiesFor(std::size_t bytes);

class DeviceTimer {
public:
    DeviceTimer();
    ~DeviceTimer();
    cudaStream_t stream() const { return m_stream; }

    // Microseconds of one call in each of `repeats` replays. call(i) puts copy i's work on the stream. Long calls are
    // timed one at a time with pauses, because sustained load lowers the clock.
    std::vector<double> measure(int copies, int repeats, const std::function<void(int)>& call);

private:
    double replay(cudaGraphExec_t graph, int calls);
    cudaGraphExec_t capture(int calls, int copies, const std::function<void(int)>& call);

    cudaStream_t m_stream;
    cudaEvent_t m_start, m_end;
};

} // namespace awq::bench

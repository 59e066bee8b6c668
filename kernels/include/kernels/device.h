// SPDX-License-Identifier: GPL-3.0-or-later
// What the machine offers to the CUDA entry points. Every operation exists twice: cpu::operation(arguments), always
// built and plain, on host memory; cuda::operation(arguments, stream) on the memory of one device.
//
// cuda:: entry points run on the device that holds the output and on the given stream (a cudaStream_t; null is the
// default stream), allocate nothing, wait for nothing and may be captured into a CUDA graph. They check their
// arguments first: an answer other than Status::ok means that nothing was launched. Without CUDA in the build they
// answer Status::unsupported.
#pragma once

#include <cstdint>

namespace awq::kernels {

// A cudaStream_t, so that no CUDA header is needed.
using Stream = void*;

// Programmatic dependent launch, for chains of small kernels on devices that have it (compute capability 9.0): the
// kernel may be set up, and may fetch constant weights, while the one before it in the stream still runs; it touches
// nothing else until that one has finished. Its weights must not be written by the kernels before it.
enum class Overlap : bool { no, yes };

// A device of compute capability 8.0 or newer answers, and the build has CUDA. The first call may take a second.
bool cudaAvailable();

struct DeviceInfo {
    char name[256] = {};
    int major = 0, minor = 0; // compute capability
    int multiprocessors = 0;
    std::int64_t memoryBytes = 0;
    int driverVersion = 0, runtimeVersion = 0; // 1000 * major + 10 * minor
};

// False when there is no device `index`.
bool queryDevice(int index, DeviceInfo& info);

} // namespace awq::kernels

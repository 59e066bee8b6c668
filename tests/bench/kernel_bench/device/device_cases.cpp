// SPDX-License-Identifier: GPL-3.0-or-later
// All device measurements, and the bandwidth they are held against.
#include "kernels/device.h"
#include "tests/bench/kernel_bench/device/cases.h"

namespace awq::bench {
namespace {

// A copy of memory: bytes read and written.
void measureCopy(const Options& options, DeviceTimer& timer, Measurements& measurements) {
    const std::size_t bytes = options.quick ? 1u << 20 : 1u << 28;
    const DeviceMemory from = allocate(2 * bytes), to = allocate(2 * bytes);
    const auto at = [&](const DeviceMemory& memory, int copy) {
        return static_cast<char*>(memory.get()) + std::size_t(copy) * bytes;
    };
    Measurement measurement{"copy_memory", "device", {{"bytes", std::int64_t(bytes)}}};
    measurement.bytes = 2.0 * double(bytes);
    setTimes(measurement, timer.measure(2, repeatsOf(options), [&](int copy) {
        cudaMemcpyAsync(at(to, copy), at(from, copy), bytes, cudaMemcpyDeviceToDevice, timer.stream());
    }));
    measurements.push_back(measurement);
}

} // namespace

void measureDevice(const Options& options, Measurements& measurements) {
    if (!kernels::cudaAvailable())
        return;
    DeviceTimer timer;
    measureCopy(options, timer, measurements);
    measurePackedLinears(options, timer, measurements);
    measureSearchKernels(options, timer, measurements);
    measureLayers(options, timer, measurements);
}

} // namespace awq::bench

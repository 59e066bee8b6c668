// SPDX-License-Identifier: GPL-3.0-or-later
// Reads /proc for the host and the allocator's counters for the device.
#include "core/tensor.h"

#include "core/run/memory_probe.h"

#include <algorithm>
#include <fstream>

#include <malloc.h>

#include <c10/core/CachingDeviceAllocator.h>

namespace awq::core {
namespace {

std::int64_t anonymousBytes() {
    std::ifstream file("/proc/self/status");
    std::string line;
    while (std::getline(file, line))
        if (line.starts_with("RssAnon:"))
            return std::stoll(line.substr(8)) * 1024;
    return 0;
}

} // namespace

void returnFreeMemory() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void MemoryProbe::sample() {
    m_host = anonymousBytes();
    m_peakHost = std::max(m_peakHost, m_host);
    m_deviceBytes = 0;
    for (const std::string& name : m_devices) {
        if (name == "cpu")
            continue;
        const c10::Device device(name);
        const auto stats = at::getDeviceAllocator(device.type())->getDeviceStats(device.index());
        const auto& allocated = stats.allocated_bytes[std::size_t(c10::CachingAllocator::StatType::AGGREGATE)];
        m_deviceBytes = std::max<std::int64_t>(m_deviceBytes, allocated.current);
        m_peakDevice = std::max<std::int64_t>(m_peakDevice, allocated.peak);
    }
}

} // namespace awq::core

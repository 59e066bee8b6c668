// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory the process and its device hold right now, and at most so far.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace awq::core {

// Gives memory that was freed, but kept by the allocator, back to the system: tensors of many sizes leave holes in the
// heap, and without this the process grows a little with every block.
void returnFreeMemory();

class MemoryProbe {
public:
    explicit MemoryProbe(std::vector<std::string> devices) : m_devices(std::move(devices)) {} // "cpu", "cuda:0"

    void sample();                                    // also updates the peaks
    std::int64_t hostBytes() const { return m_host; } // anonymous memory: what is not backed by mapped files
    std::int64_t deviceBytes() const {
        return m_deviceBytes;
    } // allocated for tensors, on the fullest device; 0 on the CPU
    std::int64_t peakHostBytes() const { return m_peakHost; }
    std::int64_t peakDeviceBytes() const { return m_peakDevice; }

private:
    std::vector<std::string> m_devices;
    std::int64_t m_host = 0, m_deviceBytes = 0, m_peakHost = 0, m_peakDevice = 0;
};

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Compute devices by name. CUDA support is loaded on first use, so CPU work starts fast and small.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace awq::core {

struct DeviceInfo {
    std::string name;          // "cpu", "cuda:0"
    std::string description;   // "NVIDIA H200", "16 CPU cores"
    std::int64_t totalBytes = 0, freeBytes = 0;
};

// "auto" -> "cuda:0" when a CUDA device works, else "cpu"; "cuda" -> "cuda:0". Throws Error(usage) for an unknown form,
// Error(badInput) with the reason when the device is not there.
std::string resolveDevice(const std::string& requested);

// The CPU first, then every CUDA device. Never throws; a broken driver shows as no CUDA device.
std::vector<DeviceInfo> listDevices();

// The devices of a list: "cuda:0,1" -> "cuda:0", "cuda:1"; "cpu,cpu" -> two workers on the CPU. A single name as above.
std::vector<std::string> resolveDevices(const std::string& requested);

struct DeviceMemory {
    std::int64_t free = 0, total = 0; // bytes; 0: unknown
};

// "cpu": available host memory. A resolved name.
DeviceMemory deviceMemory(const std::string& device);
std::int64_t freeBytes(const std::string& device); // deviceMemory().free

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Finds CUDA devices; loads libtorch_cuda on demand.
#include "core/device.h"

#include <dlfcn.h>
#include <unistd.h>

#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>

#include "core/error.h"

namespace awq::core {
namespace {

// Loads torch's CUDA back end once per process; false when it cannot be loaded (a CPU-only LibTorch).
bool loadCudaBackend() {
    static std::once_flag once;
    static bool loaded = false;
    std::call_once(once, [] {
        // Beside libtorch_cpu, found through this program's own run path.
        loaded = dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
    });
    return loaded;
}

int cudaDeviceCount() {
    if (!loadCudaBackend())
        return 0;
    try {
        return at::detail::getCUDAHooks().deviceCount();
    } catch (const std::exception&) {
        return 0;
    }
}

// A field of /proc/meminfo, in bytes.
std::int64_t memInfo(const std::string& field) {
    std::ifstream file("/proc/meminfo");
    std::string name, unit;
    std::int64_t kilobytes = 0;
    while (file >> name >> kilobytes) {
        std::getline(file, unit);
        if (name == field + ":")
            return kilobytes * 1024;
    }
    return 0;
}

} // namespace

std::string resolveDevice(const std::string& requested) {
    if (requested == "cpu")
        return "cpu";
    if (requested == "auto")
        return cudaDeviceCount() > 0 ? "cuda:0" : "cpu";
    int index = -1;
    if (requested == "cuda")
        index = 0;
    else if (requested.starts_with("cuda:") && requested.find_first_not_of("0123456789", 5) == std::string::npos &&
             requested.size() > 5)
        index = std::stoi(requested.substr(5));
    else
        throw Error(ErrorCode::usage, "unknown device '" + requested + "'", "--device",
                    "use auto, cpu, cuda or cuda:N; several only for quantize, as cuda:0,1");
    const int count = cudaDeviceCount();
    if (index >= count)
        badInput("device '" + requested + "' is not available", "--device",
                 count == 0 ? "no CUDA device was found; use --device cpu"
                            : "this machine has " + std::to_string(count) + " CUDA device(s)");
    return "cuda:" + std::to_string(index);
}

std::vector<DeviceInfo> listDevices() {
    std::vector<DeviceInfo> devices;
    const DeviceMemory host = deviceMemory("cpu");
    devices.push_back(
        {"cpu", std::to_string(std::thread::hardware_concurrency()) + " CPU cores", host.total, host.free});
    for (int i = 0; i < cudaDeviceCount(); ++i) {
        const std::string name = "cuda:" + std::to_string(i);
        const DeviceMemory memory = deviceMemory(name);
        devices.push_back({name, "CUDA device " + std::to_string(i), memory.total, memory.free});
    }
    return devices;
}

std::vector<std::string> resolveDevices(const std::string& requested) {
    std::vector<std::string> devices;
    std::istringstream parts(requested);
    for (std::string part; std::getline(parts, part, ',');) {
        const bool number = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
        devices.push_back(resolveDevice(number && !devices.empty() ? "cuda:" + part : part));
    }
    if (devices.empty())
        devices.push_back(resolveDevice(requested));
    return devices;
}

DeviceMemory deviceMemory(const std::string& device) {
    if (device == "cpu")
        return {memInfo("MemAvailable"), memInfo("MemTotal")};
    try {
        const c10::Device named(device);
        const auto [free, total] = at::getDeviceAllocator(named.type())->getMemoryInfo(named.index());
        return {std::int64_t(free), std::int64_t(total)};
    } catch (const std::exception&) { // a broken driver: unknown
        return {};
    }
}

std::int64_t freeBytes(const std::string& device) {
    return deviceMemory(device).free;
}

} // namespace awq::core

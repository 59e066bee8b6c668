// SPDX-License-Identifier: GPL-3.0-or-later
// Devices and plain device memory.
#include "kernels/device.h"

#include <cuda_runtime.h>

#include <cstring>

#include "kernels/device_memory.h"

namespace awq::kernels {

bool queryDevice(int index, DeviceInfo& info) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, index) != cudaSuccess) {
        cudaGetLastError(); // the next caller must not find it
        return false;
    }
    std::strncpy(info.name, properties.name, sizeof info.name - 1);
    info.major = properties.major;
    info.minor = properties.minor;
    info.multiprocessors = properties.multiProcessorCount;
    info.memoryBytes = std::int64_t(properties.totalGlobalMem);
    cudaDriverGetVersion(&info.driverVersion);
    cudaRuntimeGetVersion(&info.runtimeVersion);
    return true;
}

bool cudaAvailable() {
    DeviceInfo info;
    return queryDevice(0, info) && info.major >= 8;
}

void* allocateOnDevice(std::size_t bytes) {
    void* memory = nullptr;
    if (cudaMalloc(&memory, bytes) != cudaSuccess) {
        cudaGetLastError();
        return nullptr;
    }
    cudaMemset(memory, 0, bytes);
    return memory;
}

void releaseOnDevice(void* memory) {
    cudaFree(memory);
}

bool copyToDevice(void* device, const void* host, std::size_t bytes) {
    return cudaMemcpy(device, host, bytes, cudaMemcpyHostToDevice) == cudaSuccess;
}

bool copyToHost(void* host, const void* device, std::size_t bytes) {
    return cudaMemcpy(host, device, bytes, cudaMemcpyDeviceToHost) == cudaSuccess;
}

bool synchronizeDevice() {
    return cudaDeviceSynchronize() == cudaSuccess;
}

} // namespace awq::kernels

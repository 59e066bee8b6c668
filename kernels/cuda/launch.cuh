// SPDX-License-Identifier: GPL-3.0-or-later
// Launching kernels: the device of a pointer, launch attributes, status.
#pragma once

#include <cuda_runtime.h>

#include <utility>

#include "kernels/device.h"
#include "kernels/status.h"

namespace awq::kernels::cuda {

// Makes the device that holds `pointer` current while it lives.
class DeviceGuard {
public:
    explicit DeviceGuard(const void* pointer) {
        cudaPointerAttributes attributes{};
        const bool found = cudaPointerGetAttributes(&attributes, pointer) == cudaSuccess &&
                           (attributes.type == cudaMemoryTypeDevice || attributes.type == cudaMemoryTypeManaged);
        if (!found || cudaGetDevice(&m_previous) != cudaSuccess) {
            cudaGetLastError(); // the next caller must not find it
            return;
        }
        m_device = attributes.device;
        if (m_device != m_previous)
            cudaSetDevice(m_device);
    }
    ~DeviceGuard() {
        if (m_device >= 0 && m_device != m_previous)
            cudaSetDevice(m_previous);
    }
    DeviceGuard(const DeviceGuard&) = delete;
    DeviceGuard& operator=(const DeviceGuard&) = delete;

    bool onDevice() const { return m_device >= 0; }
    int attribute(cudaDeviceAttr which) const {
        int value = 0;
        cudaDeviceGetAttribute(&value, which, m_device);
        return value;
    }
    int capability() const { // 10 * major + minor
        return 10 * attribute(cudaDevAttrComputeCapabilityMajor) + attribute(cudaDevAttrComputeCapabilityMinor);
    }
    int multiprocessors() const { return attribute(cudaDevAttrMultiProcessorCount); }

private:
    int m_device = -1, m_previous = 0;
};

struct LaunchShape {
    dim3 grid, block;
    std::size_t sharedBytes = 0;
    Overlap overlap = Overlap::no;
    unsigned cluster = 1; // blocks along x
};

constexpr std::size_t sharedBytesWithoutAsking = 48 * 1024;

template <typename... Parameters, typename... Arguments>
Status launch(const LaunchShape& shape, Stream stream, void (*kernel)(Parameters...), Arguments&&... arguments) {
    if (shape.sharedBytes > sharedBytesWithoutAsking &&
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, int(shape.sharedBytes)) !=
            cudaSuccess)
        return Status::launchFailed;
    cudaLaunchAttribute attributes[2];
    cudaLaunchConfig_t config{};
    config.gridDim = shape.grid;
    config.blockDim = shape.block;
    config.dynamicSmemBytes = shape.sharedBytes;
    config.stream = static_cast<cudaStream_t>(stream);
    config.attrs = attributes;
    if (shape.cluster > 1) {
        cudaLaunchAttribute& attribute = attributes[config.numAttrs++];
        attribute.id = cudaLaunchAttributeClusterDimension;
        attribute.val.clusterDim.x = shape.cluster;
        attribute.val.clusterDim.y = 1;
        attribute.val.clusterDim.z = 1;
    }
    if (shape.overlap == Overlap::yes) {
        cudaLaunchAttribute& attribute = attributes[config.numAttrs++];
        attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
        attribute.val.programmaticStreamSerializationAllowed = 1;
    }
    const cudaError_t error = cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...);
    return error == cudaSuccess ? Status::ok : Status::launchFailed;
}

// Overlap where the device has it.
inline Overlap supported(Overlap overlap, const DeviceGuard& device) {
    return overlap == Overlap::yes && device.capability() >= 90 ? Overlap::yes : Overlap::no;
}

// The pattern of every entry point: refuse, then launch on the output's device.
template <typename Args, typename Body>
Status onDeviceOf(const void* output, const Args& args, Body body) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    const DeviceGuard device(output);
    return device.onDevice() ? body(device) : Status::unsupported;
}

constexpr std::int64_t divideUp(std::int64_t value, std::int64_t by) {
    return (value + by - 1) / by;
}

inline bool isAligned(const void* pointer, std::size_t bytes = 16) {
    return reinterpret_cast<std::uintptr_t>(pointer) % bytes == 0;
}

} // namespace awq::kernels::cuda

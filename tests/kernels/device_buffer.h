// SPDX-License-Identifier: GPL-3.0-or-later
// Device memory of the kernel tests, filled from and compared with host tensors.
#pragma once

#include <vector>

#include "kernels/device.h"
#include "kernels/device_memory.h"
#include "tests/kernels/test_tensors.h"

namespace awq::test {

class DeviceBuffer {
public:
    explicit DeviceBuffer(std::size_t bytes) : m_bytes(bytes), m_memory(kernels::allocateOnDevice(bytes)) {}
    explicit DeviceBuffer(const Tensor& tensor) : DeviceBuffer(tensor.byteCount()) { upload(tensor.data()); }
    template <typename T>
    explicit DeviceBuffer(const std::vector<T>& values) : DeviceBuffer(values.size() * sizeof(T)) {
        upload(values.data());
    }
    ~DeviceBuffer() { kernels::releaseOnDevice(m_memory); }
    DeviceBuffer(const DeviceBuffer&) = delete;
    DeviceBuffer& operator=(const DeviceBuffer&) = delete;

    // Filled with ones: NaN in every float type, so that what a kernel forgets to write shows.
    static DeviceBuffer poisoned(std::size_t bytes) { return DeviceBuffer(std::vector<std::uint8_t>(bytes, 0xff)); }

    template <typename T = void>
    T* get() const {
        return static_cast<T*>(m_memory);
    }
    std::size_t bytes() const { return m_bytes; }

    // After all kernels; false when one of them failed.
    bool download(Tensor& tensor) const { return kernels::copyToHost(tensor.data(), m_memory, tensor.byteCount()); }
    template <typename T>
    bool download(std::vector<T>& values) const {
        return kernels::copyToHost(values.data(), m_memory, values.size() * sizeof(T));
    }

private:
    void upload(const void* host) { kernels::copyToDevice(m_memory, host, m_bytes); }

    std::size_t m_bytes;
    void* m_memory;
};

} // namespace awq::test

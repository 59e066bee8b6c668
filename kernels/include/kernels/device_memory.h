// SPDX-License-Identifier: GPL-3.0-or-later
// Plain device memory for those who have no tensor library: tests and benchmarks. Without CUDA nothing can be had.
#pragma once

#include <cstddef>

namespace awq::kernels {

// On the current device, filled with zero bits; null when there is none left. The caller releases it.
void* allocateOnDevice(std::size_t bytes);
void releaseOnDevice(void* memory);

// Both wait until the copy is done. False: the device refused, an earlier kernel may have failed.
bool copyToDevice(void* device, const void* host, std::size_t bytes);
bool copyToHost(void* host, const void* device, std::size_t bytes);

// Waits for all work on the current device. False: some of it failed.
bool synchronizeDevice();

} // namespace awq::kernels

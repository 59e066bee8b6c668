// SPDX-License-Identifier: GPL-3.0-or-later
// What calls of awq_kernels need from torch: threads, streams, element types and errors.
#pragma once

#include "core/tensor.h"
#include "kernels/device.h"
#include "kernels/dtype.h"
#include "kernels/parallel.h"
#include "kernels/status.h"

namespace awq::core {

// The threads tensor operations of the calling thread may use.
kernels::Parallel kernelThreads();

// The stream torch works on at the moment.
kernels::Stream kernelStream(const at::Device& device);

// float32, float16 or bfloat16; throws Error(internal) for others.
kernels::DType kernelType(at::ScalarType type);

// Throws Error(internal) naming the operation unless the status is ok.
void requireOk(kernels::Status status, const char* operation);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// From tensors to the kernels of our own: element types, answers, and what the CUDA ones can take.
#pragma once

#include <string>

#include "core/error.h"
#include "core/tensor.h"
#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::core {

// On a CUDA device, of a type that the kernels compute with.
inline bool kernelsTake(const at::Tensor& tensor) {
    const at::ScalarType type = tensor.scalar_type();
    return tensor.is_cuda() && (type == at::kHalf || type == at::kBFloat16 || type == at::kFloat);
}

inline kernels::DType kernelType(at::ScalarType type) {
    switch (type) {
    case at::kHalf:
        return kernels::DType::float16;
    case at::kBFloat16:
        return kernels::DType::bfloat16;
    default:
        return kernels::DType::float32;
    }
}

inline void requireLaunched(kernels::Status status, const char* operation) {
    if (status != kernels::Status::ok)
        throw Error(ErrorCode::internal,
                    std::string("the GPU did not take '") + operation + "': " + kernels::describe(status));
}

} // namespace awq::core

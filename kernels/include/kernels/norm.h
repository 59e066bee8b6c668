// SPDX-License-Identifier: GPL-3.0-or-later
// RMSNorm and LayerNorm of rows, with optional residual addition before and int8 quantization after; one read of the
// input. Statistics in float32.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::kernels {

// v = input + residual, rounded to `type`
// rms:   y = v / sqrt(mean v^2 + epsilon) * (weight + weightOffset)
// layer: y = (v - mean v) / sqrt(mean (v - mean v)^2 + epsilon) * (weight + weightOffset) + bias
struct NormArgs {
    enum class Kind { rms, layer };
    Kind kind = Kind::rms;
    DType type = DType::float16;        // of all tensors but the int8 results
    std::int64_t rows = 0, columns = 0; // columns up to 65536
    float epsilon = 1e-5f;
    const void* input = nullptr;    // [rows, columns]
    std::int64_t inputStride = 0;   // elements between rows
    const void* residual = nullptr; // [rows, columns], or null
    std::int64_t residualStride = 0;
    void* sum = nullptr; // [rows, columns] v, may be the input or the residual; or null
    std::int64_t sumStride = 0;
    const void* weight = nullptr; // [columns], or null: ones
    float weightOffset = 0;       // 1 for families that store weight - 1
    const void* bias = nullptr;   // [columns], or null
    // One of the two forms of the result:
    void* output = nullptr; // [rows, columns] y in `type`
    std::int64_t outputStride = 0;
    std::int8_t* quantized = nullptr; // [rows, columns] round(y / scale), contiguous
    float* tokenScales = nullptr;     // [rows] largest |y| / 127; 0 for a row of zeros. With quantized
    float* rowSums = nullptr;         // [rows] sum of y before rounding, or null. With quantized
};

namespace cpu {
Status norm(const NormArgs& args);
}
namespace cuda {
Status norm(const NormArgs& args, Stream stream, Overlap overlap = Overlap::no);
}

} // namespace awq::kernels

// SPDX-License-Identifier: GPL-3.0-or-later
// W8A8: y = (x W^T) * tokenScale * channelScale + bias with int8 x and W and int32 sums.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::kernels {

// y[m,n] = tokenScales[m] * channelScales[n] * sum_k x[m,k] W[n,k] + rowSums[m] * channelOffsets[n] + bias[n], rounded
// once. The offsets serve weights with a zero point: W' = channelScale * W + channelOffset, rowSums of the real input.
struct Int8LinearArgs {
    DType type = DType::float16;                    // of bias and output: float16 or bfloat16
    std::int64_t tokens = 0, rows = 0, columns = 0; // columns a multiple of 16, below 2^17
    const std::int8_t* input = nullptr;             // [tokens, columns], contiguous, aligned to 16
    const float* tokenScales = nullptr;             // [tokens]
    const std::int8_t* weight = nullptr;            // [rows, columns], contiguous, aligned to 16
    const float* channelScales = nullptr;           // [rows]
    const float* rowSums = nullptr;                 // [tokens], with channelOffsets
    const float* channelOffsets = nullptr;          // [rows], or null
    const void* bias = nullptr;                     // [rows], or null
    void* output = nullptr;                         // [tokens, rows]
    std::int64_t outputStride = 0;                  // elements between tokens
};

namespace cpu {
Status int8Linear(const Int8LinearArgs& args);
}
namespace cuda {
Status int8Linear(const Int8LinearArgs& args, Stream stream, Overlap overlap = Overlap::no);
}

} // namespace awq::kernels

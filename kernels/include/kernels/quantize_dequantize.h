// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding a weight to integer codes and back: simulated quantization for the searches, and the codes themselves.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/group_format.h"
#include "kernels/status.h"

namespace awq::kernels {

// out = Q(W * s) / s for each of several channel scales s, as the scale search needs it (AWQ paper, section 3.2);
// or its residual weighted for a Gram matrix. All tensors contiguous, pointers aligned to 16 bytes.
struct QuantizeDequantizeArgs {
    DType type = DType::float16; // of weight and arithmetic
    GroupFormat format;
    std::int64_t rows = 0, columns = 0;
    const void* weight = nullptr;         // [rows, columns]
    std::int64_t candidates = 1;          // > 0
    const float* channelScales = nullptr; // [candidates, columns] > 0, rounded to `type` before use; null: no scaling
    // Value form (both null): out is Q(W s) / s in `type`. Residual form (both given): out is
    // (Q(W s) / s - W) * columnFactor * rowFactor in float16; the factors must keep it in range.
    const float* columnFactors = nullptr; // [columns]
    const float* rowFactors = nullptr;    // [rows]
    void* output = nullptr;               // [candidates, rows, columns]
};

// The codes themselves, for packing. Same arithmetic without channel scale.
struct QuantizeGroupsArgs {
    DType type = DType::float16;
    GroupFormat format;
    std::int64_t rows = 0, columns = 0;
    const void* weight = nullptr;       // [rows, columns]
    const void* limits = nullptr;       // [rows, groups] in `type`: W is clamped to +-limit first; or null
    std::uint8_t* codes = nullptr;      // [rows, columns]
    std::uint8_t* zeroPoints = nullptr; // [rows, groups]
    void* scales = nullptr;             // [rows, groups] in `type`
};

namespace cpu {
Status quantizeDequantize(const QuantizeDequantizeArgs& args);
Status quantizeGroups(const QuantizeGroupsArgs& args);
} // namespace cpu

// Any group size; 32, 64 and 128 with columns a multiple of 8 have the fast kernels.
namespace cuda {
Status quantizeDequantize(const QuantizeDequantizeArgs& args, Stream stream);
Status quantizeGroups(const QuantizeGroupsArgs& args, Stream stream);
} // namespace cuda

} // namespace awq::kernels

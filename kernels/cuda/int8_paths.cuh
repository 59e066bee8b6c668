// SPDX-License-Identifier: GPL-3.0-or-later
// What the two ways of an int8 product share; int8_linear.cu picks one. Arguments have been checked.
#pragma once

#include "kernels/cuda/numeric.cuh"
#include "kernels/int8_linear.h"

namespace awq::kernels::cuda {

class DeviceGuard;

// Many tokens, Hopper: wgmma.
Status int8Matrix(const Int8LinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device);

// The parameters of one output row.
struct Int8Row {
    float scale = 0, offset = 0, bias = 0;

    template <typename T>
    __device__ static Int8Row of(const Int8LinearArgs& args, std::int64_t row) {
        Int8Row result;
        result.scale = args.channelScales[row];
        if (args.channelOffsets)
            result.offset = args.channelOffsets[row];
        if (args.bias)
            result.bias = toFloat(static_cast<const T*>(args.bias)[row]);
        return result;
    }
    __device__ float value(std::int32_t sum, float tokenScale, float rowSum) const {
        return float(sum) * (tokenScale * scale) + (rowSum * offset + bias);
    }
};

__device__ inline float rowSumOf(const Int8LinearArgs& args, std::int64_t token) {
    return args.channelOffsets ? args.rowSums[token] : 0.0f;
}

} // namespace awq::kernels::cuda

// SPDX-License-Identifier: GPL-3.0-or-later
// Simulated quantization (quantize_dequantize.h): eight values a thread where groups allow it, else a warp per group.
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/group_rounding.cuh"
#include "kernels/cuda/launch.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int warpsPerBlock = 8;
constexpr int columnsPerWarp = 256; // eight a lane: whole groups
constexpr int rowsPerWarp = 8;

// Where results go: the value form or the residual form.
template <typename T, bool residual>
struct Result {
    using Type = T;
    __device__ static float of(float value, float, float, float) { return value; }
};
template <typename T>
struct Result<T, true> {
    using Type = __half;
    __device__ static float of(float value, float weight, float columnFactor, float rowFactor) {
        return __fmul_rn(value - weight, __fmul_rn(columnFactor, rowFactor));
    }
};

// Block: 256 columns x 64 rows of one candidate. lanesPerGroup = groupSize / 8.
template <typename T, bool residual>
__global__ void __launch_bounds__(warpsPerBlock * 32) roundTripKernel(QuantizeDequantizeArgs args, int lanesPerGroup) {
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const std::int64_t column = std::int64_t(blockIdx.x) * columnsPerWarp + lane * 8;
    const bool inside = column < args.columns;
    const std::int64_t candidate = blockIdx.z;
    float scales[8], inverses[8], factors[8];
#pragma unroll
    for (int i = 0; i < 8; ++i) {
        const bool scaled = inside && args.channelScales;
        scales[i] = scaled ? roundTo<T>(args.channelScales[candidate * args.columns + column + i]) : 1.0f;
        inverses[i] = __frcp_rn(scales[i]);
        factors[i] = residual && inside ? args.columnFactors[column + i] : 0.0f;
    }
    const std::int64_t firstRow = (std::int64_t(blockIdx.y) * warpsPerBlock + warp) * rowsPerWarp;
    const std::int64_t endRow = min(firstRow + rowsPerWarp, args.rows);
    for (std::int64_t row = firstRow; row < endRow; ++row) {
        float weights[8] = {}, values[8];
        if (inside)
            loadEight(static_cast<const T*>(args.weight) + row * args.columns + column, weights);
        float minimum = INFINITY, maximum = -INFINITY;
#pragma unroll
        for (int i = 0; i < 8; ++i) {
            values[i] = roundTo<T>(__fmul_rn(weights[i], scales[i]));
            minimum = propagatingMin(minimum, values[i]);
            maximum = propagatingMax(maximum, values[i]);
        }
        for (int offset = 1; offset < lanesPerGroup; offset <<= 1) {
            minimum = propagatingMin(minimum, __shfl_xor_sync(0xffffffffu, minimum, offset));
            maximum = propagatingMax(maximum, __shfl_xor_sync(0xffffffffu, maximum, offset));
        }
        const GroupRounding<T> rounding(minimum, maximum, args.format);
        const float rowFactor = residual ? args.rowFactors[row] : 0.0f;
#pragma unroll
        for (int i = 0; i < 8; ++i) {
            const float rounded = rounding.valueOf(rounding.codeOf(values[i]));
            const float value = roundTo<T>(quotient(rounded, scales[i], inverses[i]));
            values[i] = Result<T, residual>::of(value, weights[i], factors[i], rowFactor);
        }
        if (inside) {
            using Out = typename Result<T, residual>::Type;
            storeEight(static_cast<Out*>(args.output) + (candidate * args.rows + row) * args.columns + column, values);
        }
    }
}

struct WarpRange {
    float minimum, maximum;
};

// Range of value(k), k = 0 .. size - 1, over a warp.
template <typename Value>
__device__ WarpRange rangeOfWarp(std::int64_t size, Value value) {
    WarpRange range{INFINITY, -INFINITY};
    for (std::int64_t k = threadIdx.x % 32; k < size; k += 32) {
        const float v = value(k);
        range.minimum = propagatingMin(range.minimum, v);
        range.maximum = propagatingMax(range.maximum, v);
    }
    for (int offset = 1; offset < 32; offset <<= 1) {
        range.minimum = propagatingMin(range.minimum, __shfl_xor_sync(0xffffffffu, range.minimum, offset));
        range.maximum = propagatingMax(range.maximum, __shfl_xor_sync(0xffffffffu, range.maximum, offset));
    }
    return range;
}

// Any group size: a warp for each (row, group), which reads its group twice.
template <typename T, bool residual>
__global__ void __launch_bounds__(warpsPerBlock * 32) roundTripAnyGroupKernel(QuantizeDequantizeArgs args) {
    const std::int64_t size = args.format.groupSize, groups = args.columns / size;
    const std::int64_t index = std::int64_t(blockIdx.x) * warpsPerBlock + threadIdx.x / 32;
    const std::int64_t row = index / groups, column = index % groups * size, candidate = blockIdx.z;
    if (row >= args.rows)
        return;
    const T* weight = static_cast<const T*>(args.weight) + row * args.columns + column;
    const float* scales = args.channelScales ? args.channelScales + candidate * args.columns + column : nullptr;
    const auto scale = [&](std::int64_t k) { return scales ? roundTo<T>(scales[k]) : 1.0f; };
    const auto scaled = [&](std::int64_t k) { return roundTo<T>(__fmul_rn(toFloat(weight[k]), scale(k))); };
    const WarpRange range = rangeOfWarp(size, scaled);
    const GroupRounding<T> rounding(range.minimum, range.maximum, args.format);
    using Out = typename Result<T, residual>::Type;
    Out* output = static_cast<Out*>(args.output) + (candidate * args.rows + row) * args.columns + column;
    for (std::int64_t k = threadIdx.x % 32; k < size; k += 32) {
        const float value = roundTo<T>(__fdiv_rn(rounding.valueOf(rounding.codeOf(scaled(k))), scale(k)));
        const float columnFactor = residual ? args.columnFactors[column + k] : 0.0f;
        const float rowFactor = residual ? args.rowFactors[row] : 0.0f;
        output[k] = fromFloat<Out>(Result<T, residual>::of(value, toFloat(weight[k]), columnFactor, rowFactor));
    }
}

// A warp for each (row, group).
template <typename T>
__global__ void __launch_bounds__(warpsPerBlock * 32) quantizeGroupsKernel(QuantizeGroupsArgs args) {
    const std::int64_t size = args.format.groupSize, groups = args.columns / size;
    const std::int64_t index = std::int64_t(blockIdx.x) * warpsPerBlock + threadIdx.x / 32;
    if (index >= args.rows * groups)
        return;
    const T* weight = static_cast<const T*>(args.weight) + index * size;
    const float limit = args.limits ? toFloat(static_cast<const T*>(args.limits)[index]) : INFINITY;
    const auto clamped = [&](std::int64_t k) {
        return propagatingMin(propagatingMax(toFloat(weight[k]), -limit), limit);
    };
    const WarpRange range = rangeOfWarp(size, clamped);
    const GroupRounding<T> rounding(range.minimum, range.maximum, args.format);
    for (std::int64_t k = threadIdx.x % 32; k < size; k += 32)
        args.codes[index * size + k] = std::uint8_t(rounding.codeOf(clamped(k)));
    if (threadIdx.x % 32 == 0) {
        args.zeroPoints[index] = std::uint8_t(rounding.zero);
        static_cast<T*>(args.scales)[index] = fromFloat<T>(rounding.scale);
    }
}

bool hasFastGroups(const QuantizeDequantizeArgs& args) {
    const std::int64_t size = args.format.groupSize;
    return (size == 32 || size == 64 || size == 128) && isAligned(args.weight) && isAligned(args.output);
}

template <typename T, bool residual>
Status launchRoundTrip(const QuantizeDequantizeArgs& args, Stream stream) {
    LaunchShape shape;
    shape.block = dim3(warpsPerBlock * 32);
    const unsigned candidates = unsigned(args.candidates);
    if (hasFastGroups(args)) {
        shape.grid = dim3(unsigned(divideUp(args.columns, columnsPerWarp)),
                          unsigned(divideUp(args.rows, warpsPerBlock * rowsPerWarp)), candidates);
        return launch(shape, stream, roundTripKernel<T, residual>, args, int(args.format.groupSize / 8));
    }
    const std::int64_t groups = args.rows * (args.columns / args.format.groupSize);
    shape.grid = dim3(unsigned(divideUp(groups, warpsPerBlock)), 1, candidates);
    return launch(shape, stream, roundTripAnyGroupKernel<T, residual>, args);
}

} // namespace

Status quantizeDequantize(const QuantizeDequantizeArgs& args, Stream stream) {
    return onDeviceOf(args.output, args, [&](const DeviceGuard&) {
        return withElement(args.type, [&](auto tag) {
            using T = typename decltype(tag)::Type;
            return args.columnFactors ? launchRoundTrip<T, true>(args, stream)
                                      : launchRoundTrip<T, false>(args, stream);
        });
    });
}

Status quantizeGroups(const QuantizeGroupsArgs& args, Stream stream) {
    return onDeviceOf(args.codes, args, [&](const DeviceGuard&) {
        return withElement(args.type, [&](auto tag) {
            LaunchShape shape;
            shape.block = dim3(warpsPerBlock * 32);
            const std::int64_t groups = args.rows * (args.columns / args.format.groupSize);
            shape.grid = dim3(unsigned(divideUp(groups, warpsPerBlock)));
            return launch(shape, stream, quantizeGroupsKernel<typename decltype(tag)::Type>, args);
        });
    });
}

} // namespace awq::kernels::cuda

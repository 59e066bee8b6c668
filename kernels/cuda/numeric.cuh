// SPDX-License-Identifier: GPL-3.0-or-later
// Elements in device code: conversions, eight at a time, reductions, and the choice of a type at run time.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

#include "kernels/dtype.h"

namespace awq::kernels::cuda {

template <typename T>
struct ElementTag {
    using Type = T;
};

// Calls f with the tag of the element type.
template <typename F>
auto withElement(DType type, F f) {
    switch (type) {
    case DType::float16:
        return f(ElementTag<__half>());
    case DType::bfloat16:
        return f(ElementTag<__nv_bfloat16>());
    case DType::float32:
        break;
    }
    return f(ElementTag<float>());
}

// The same for 16-bit types only; the caller has refused float32.
template <typename F>
auto withSixteenBitElement(DType type, F f) {
    return type == DType::float16 ? f(ElementTag<__half>()) : f(ElementTag<__nv_bfloat16>());
}

__device__ inline float toFloat(float value) {
    return value;
}
__device__ inline float toFloat(__half value) {
    return __half2float(value);
}
__device__ inline float toFloat(__nv_bfloat16 value) {
    return __bfloat162float(value);
}

template <typename T>
__device__ T fromFloat(float value);
template <>
__device__ inline float fromFloat<float>(float value) {
    return value;
}
template <>
__device__ inline __half fromFloat<__half>(float value) {
    return __float2half_rn(value);
}
template <>
__device__ inline __nv_bfloat16 fromFloat<__nv_bfloat16>(float value) {
    return __float2bfloat16_rn(value);
}

template <typename T>
__device__ float roundTo(float value) {
    return toFloat(fromFloat<T>(value));
}

// Two values as they lie in memory, the first in the low half.
template <typename T>
__device__ std::uint32_t packTwo(float first, float second);
template <>
__device__ inline std::uint32_t packTwo<__half>(float first, float second) {
    const __half2 pair = __floats2half2_rn(first, second);
    return reinterpret_cast<const std::uint32_t&>(pair);
}
template <>
__device__ inline std::uint32_t packTwo<__nv_bfloat16>(float first, float second) {
    const __nv_bfloat162 pair = __floats2bfloat162_rn(first, second);
    return reinterpret_cast<const std::uint32_t&>(pair);
}

template <typename T>
__device__ float2 unpackTwo(std::uint32_t pair);
template <>
__device__ inline float2 unpackTwo<__half>(std::uint32_t pair) {
    return __half22float2(reinterpret_cast<const __half2&>(pair));
}
template <>
__device__ inline float2 unpackTwo<__nv_bfloat16>(std::uint32_t pair) {
    return make_float2(__uint_as_float(pair << 16), __uint_as_float(pair & 0xffff0000u));
}

// Eight consecutive elements; the pointer is aligned to 16 bytes.
__device__ inline void loadEight(const float* from, float (&values)[8]) {
    const float4 low = reinterpret_cast<const float4*>(from)[0], high = reinterpret_cast<const float4*>(from)[1];
    values[0] = low.x, values[1] = low.y, values[2] = low.z, values[3] = low.w;
    values[4] = high.x, values[5] = high.y, values[6] = high.z, values[7] = high.w;
}

template <typename T>
__device__ void unpackEight(uint4 words, float (&values)[8]) {
    const std::uint32_t pairs[4] = {words.x, words.y, words.z, words.w};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        const float2 pair = unpackTwo<T>(pairs[i]);
        values[2 * i] = pair.x;
        values[2 * i + 1] = pair.y;
    }
}

template <typename T>
__device__ void loadEight(const T* from, float (&values)[8]) {
    unpackEight<T>(*reinterpret_cast<const uint4*>(from), values);
}

__device__ inline void storeEight(float* to, const float (&values)[8]) {
    reinterpret_cast<float4*>(to)[0] = make_float4(values[0], values[1], values[2], values[3]);
    reinterpret_cast<float4*>(to)[1] = make_float4(values[4], values[5], values[6], values[7]);
}

template <typename T>
__device__ void storeEight(T* to, const float (&values)[8]) {
    *reinterpret_cast<uint4*>(to) = make_uint4(packTwo<T>(values[0], values[1]), packTwo<T>(values[2], values[3]),
                                               packTwo<T>(values[4], values[5]), packTwo<T>(values[6], values[7]));
}

// Elements first .. first + 7 of a row of `count`: in one piece when `whole` (aligned, count a multiple of 8), else one
// by one, zeros beyond the end.
template <typename T>
__device__ void loadEight(const T* row, std::int64_t first, std::int64_t count, bool whole, float (&values)[8]) {
    if (whole) {
        loadEight(row + first, values);
        return;
    }
#pragma unroll
    for (int i = 0; i < 8; ++i)
        values[i] = first + i < count ? toFloat(row[first + i]) : 0.0f;
}

template <typename T>
__device__ void storeEight(T* row, std::int64_t first, std::int64_t count, bool whole, const float (&values)[8]) {
    if (whole) {
        storeEight(row + first, values);
        return;
    }
#pragma unroll
    for (int i = 0; i < 8; ++i)
        if (first + i < count)
            row[first + i] = fromFloat<T>(values[i]);
}

// The larger or smaller; NaN when one is.
__device__ inline float propagatingMax(float a, float b) {
    float result;
    asm("max.NaN.f32 %0, %1, %2;" : "=f"(result) : "f"(a), "f"(b));
    return result;
}

__device__ inline float propagatingMin(float a, float b) {
    float result;
    asm("min.NaN.f32 %0, %1, %2;" : "=f"(result) : "f"(a), "f"(b));
    return result;
}

struct Sum {
    static constexpr float neutral = 0;
    __device__ float operator()(float a, float b) const { return a + b; }
};

struct Largest { // of magnitudes
    static constexpr float neutral = 0;
    __device__ float operator()(float a, float b) const { return propagatingMax(a, b); }
};

// Over `lanes` (a power of two) neighbouring lanes; every lane gets the result.
template <typename Operation>
__device__ float reduceLanes(float value, Operation operation, int lanes = 32) {
    for (int offset = 1; offset < lanes; offset <<= 1)
        value = operation(value, __shfl_xor_sync(0xffffffffu, value, offset));
    return value;
}

// Over the block, in a fixed order; every thread gets the result. `scratch`: 32 floats of shared memory.
template <typename Operation>
__device__ float reduceBlock(float value, Operation operation, float* scratch) {
    value = reduceLanes(value, operation);
    const int warps = blockDim.x / 32, lane = threadIdx.x % 32;
    __syncthreads(); // the scratch may still be read from before
    if (lane == 0)
        scratch[threadIdx.x / 32] = value;
    __syncthreads();
    return reduceLanes(lane < warps ? scratch[lane] : Operation::neutral, operation);
}

} // namespace awq::kernels::cuda

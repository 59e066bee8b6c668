// SPDX-License-Identifier: GPL-3.0-or-later
// From a record's words to weights (code - zero) * scale in the operand type, two at a time, rounded once.
//
// float16: a code or-ed into 1024 is, read as a half, 1024 + code (times 8, 16 or 64 where it lies higher); one
// addition or multiply-add makes it code - zero, exactly. bfloat16: the same with 128 and codes moved to the lowest
// bits.
#pragma once

#include "kernels/cuda/code_fragments.cuh"
#include "kernels/cuda/numeric.cuh"

namespace awq::kernels::cuda {

__device__ inline __half2 asPair(std::uint32_t bits, __half) {
    return reinterpret_cast<const __half2&>(bits);
}
__device__ inline __nv_bfloat162 asPair(std::uint32_t bits, __nv_bfloat16) {
    return reinterpret_cast<const __nv_bfloat162&>(bits);
}

template <typename Pair>
__device__ std::uint32_t asBits(Pair pair) {
    return reinterpret_cast<const std::uint32_t&>(pair);
}

// (word & mask) | magic in one instruction.
template <std::uint32_t magic>
__device__ std::uint32_t maskInto(std::uint32_t word, std::uint32_t mask) {
    std::uint32_t result;
    asm("lop3.b32 %0, %1, %2, %3, 0xea;" : "=r"(result) : "r"(word), "r"(mask), "n"(magic));
    return result;
}

// Scale and zero point of one row and group, ready for pairs.
template <typename T, int bits>
struct WeightParameters;

template <int bits>
struct WeightParameters<__half, bits> {
    using Classes = CodeClasses<__half, bits>;
    __half2 scale, minusBase[Classes::count]; // -(1024 * class weight + zero)

    __device__ void set(std::uint32_t pair) { // (scale, -zero)
        scale = asPair(__byte_perm(pair, 0, 0x1010), __half());
        const __half2 minusZero = asPair(__byte_perm(pair, 0, 0x3232), __half());
#pragma unroll
        for (int c = 0; c < Classes::count; ++c)
            minusBase[c] = __hadd2(minusZero, __float2half2_rn(-1024.0f * Classes::weight(c)));
    }

    __device__ std::uint32_t weights(std::uint32_t word, std::uint32_t mask, int index) const {
        const __half2 code = asPair(maskInto<0x64006400u>(word, mask), __half());
        const __half2 steps = index == 0 ? __hadd2(code, minusBase[0])
                                         : __hfma2(code, __float2half2_rn(Classes::weight(index)), minusBase[index]);
        return asBits(__hmul2(steps, scale));
    }
};

template <int bits>
struct WeightParameters<__nv_bfloat16, bits> {
    __nv_bfloat162 scale, minusBase; // -(128 + zero)

    __device__ void set(std::uint32_t pair) {
        scale = asPair(__byte_perm(pair, 0, 0x1010), __nv_bfloat16());
        const __nv_bfloat162 minusZero = asPair(__byte_perm(pair, 0, 0x3232), __nv_bfloat16());
        minusBase = __hadd2(minusZero, __float2bfloat162_rn(-128.0f));
    }

    __device__ std::uint32_t weights(std::uint32_t word, std::uint32_t mask, int) const {
        const __nv_bfloat162 code = asPair(maskInto<0x43004300u>(word, mask), __nv_bfloat16());
        return asBits(__hmul2(__hadd2(code, minusBase), scale));
    }
};

// The weights of one row for step `step`, half `h`: columns 16 step + 8 h + 2 t + {0, 1}.
template <typename T>
__device__ std::uint32_t weightPair(const std::uint32_t (&words)[4], int step, int h,
                                    const WeightParameters<T, 4>& parameters) {
    const std::uint32_t word = words[step / 2] >> (8 * h);
    if constexpr (CodeClasses<T, 4>::count == 1)
        return parameters.weights(word >> (4 * (step % 2)), 0x000f000fu, 0);
    else
        return parameters.weights(word, step % 2 ? 0x00f000f0u : 0x000f000fu, step % 2);
}

template <typename T>
__device__ std::uint32_t weightPair(const std::uint32_t (&words)[3], int step, int h,
                                    const WeightParameters<T, 3>& parameters) {
    constexpr bool apart = CodeClasses<T, 3>::count > 1; // codes may stay where they lie
    if (step < 6) {
        const std::uint32_t word = words[step % 3] >> (9 * h);
        const int index = step / 3, shift = 3 * index;
        return apart ? parameters.weights(word, 0x00070007u << shift, index)
                     : parameters.weights(word >> shift, 0x00070007u, 0);
    }
    std::uint32_t word = words[step == 6 ? h : 2]; // codes at bit 6
    if (step == 7 && h == 1)                       // the split codes: gathered to bit 6
        word = ((words[0] >> 9) & 0x00400040u) | ((words[1] >> 8) & 0x00800080u) | ((words[2] >> 7) & 0x01000100u);
    return apart ? parameters.weights(word, 0x01c001c0u, 2) : parameters.weights(word >> 6, 0x00070007u, 0);
}

} // namespace awq::kernels::cuda

// SPDX-License-Identifier: GPL-3.0-or-later
// From a record's words to tensor core operands without converting codes to numbers one by one.
//
// float16: a code masked out of its word is, read as a pair of halves, the subnormal number code * 2^-24 (times 8, 16
// or 64 where it lies higher in the half): exact, and as fast as any other operand. Products of codes that lie equally
// high are summed apart (classes) and weighted when a group ends. bfloat16 has too few exponents for products of
// subnormals: there the code is or-ed into 128 and read as 128 + code.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

namespace awq::kernels::cuda {

constexpr int stepsPerRecord = 8; // of sixteen columns

// What a product of codes in operand form has to be multiplied with, and what was added to each code.
template <typename T>
struct CodeForm;
template <>
struct CodeForm<__half> {
    static constexpr float unit = 5.9604644775390625e-8f; // 2^-24
    static constexpr float offset = 0;
};
template <>
struct CodeForm<__nv_bfloat16> {
    static constexpr float unit = 1;
    static constexpr float offset = 128;
};

template <typename T, int bits>
struct CodeClasses;
template <>
struct CodeClasses<__half, 4> {
    static constexpr int count = 2;
    __host__ __device__ static constexpr int ofStep(int step) { return step % 2; }
    __host__ __device__ static constexpr float weight(int index) { return index == 0 ? 1.0f : 1.0f / 16; }
};
template <>
struct CodeClasses<__half, 3> {
    static constexpr int count = 3;
    __host__ __device__ static constexpr int ofStep(int step) { return step / 3; }
    __host__ __device__ static constexpr float weight(int index) {
        return index == 0 ? 1.0f : index == 1 ? 1.0f / 8 : 1.0f / 64;
    }
};
template <int bits>
struct CodeClasses<__nv_bfloat16, bits> {
    static constexpr int count = 1;
    __host__ __device__ static constexpr int ofStep(int) { return 0; }
    __host__ __device__ static constexpr float weight(int) { return 1; }
};

// Both halves of a word, masked, in operand form.
template <typename T>
__device__ std::uint32_t maskedCodes(std::uint32_t word, std::uint32_t mask);
template <>
__device__ inline std::uint32_t maskedCodes<__half>(std::uint32_t word, std::uint32_t mask) {
    return word & mask;
}
template <>
__device__ inline std::uint32_t maskedCodes<__nv_bfloat16>(std::uint32_t word, std::uint32_t mask) {
    return (word & mask) | 0x43004300u;
}

// The pair of codes of one row for step `step`, half `h` (columns 16 step + 8 h + 2 t + {0, 1}), in operand form.
// words: the row's word of every chunk.
template <typename T>
__device__ std::uint32_t codePair(const std::uint32_t (&words)[4], int step, int h) {
    const std::uint32_t word = words[step / 2] >> (8 * h);
    if constexpr (CodeClasses<T, 4>::count == 1)
        return maskedCodes<T>(word >> (4 * (step % 2)), 0x000f000fu);
    else
        return maskedCodes<T>(word, step % 2 ? 0x00f000f0u : 0x000f000fu);
}

template <typename T>
__device__ std::uint32_t codePair(const std::uint32_t (&words)[3], int step, int h) {
    constexpr bool apart = CodeClasses<T, 3>::count > 1; // codes may stay where they lie
    if (step < 6) {
        const std::uint32_t word = words[step % 3] >> (9 * h);
        const int shift = step / 3 * 3;
        return apart ? maskedCodes<T>(word, 0x00070007u << shift) : maskedCodes<T>(word >> shift, 0x00070007u);
    }
    std::uint32_t word = words[step == 6 ? h : 2]; // codes at bit 6
    if (step == 7 && h == 1)                       // the split codes: gathered to bit 6
        word = ((words[0] >> 9) & 0x00400040u) | ((words[1] >> 8) & 0x00800080u) | ((words[2] >> 7) & 0x01000100u);
    return apart ? maskedCodes<T>(word, 0x01c001c0u) : maskedCodes<T>(word >> 6, 0x00070007u);
}

} // namespace awq::kernels::cuda

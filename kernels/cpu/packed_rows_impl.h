// SPDX-License-Identifier: GPL-3.0-or-later
// The body of packed_rows.h in vectors of sixteen lanes; included by one source per instruction set. Uses no templates
// of the standard library: their code could be shared with sources for other instruction sets.
#pragma once

#include <cstring>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

#include "kernels/cpu/packed_rows.h"

namespace awq::kernels::cpu {
namespace {

using Floats = float __attribute__((vector_size(64)));
using Words = std::uint32_t __attribute__((vector_size(64)));
using Integers = std::int32_t __attribute__((vector_size(64)));

#define AWQ_INLINE inline __attribute__((always_inline))

AWQ_INLINE Words loadWords(const std::uint8_t* bytes) {
    Words words;
    std::memcpy(&words, bytes, sizeof words);
    return words;
}

AWQ_INLINE Floats loadFloats(const float (&values)[rowLanes]) {
    return *reinterpret_cast<const Floats*>(values);
}

// The lowest `bits` bits of each lane.
template <int bits>
AWQ_INLINE Floats lowest(Words words) {
    constexpr std::uint32_t mask = (1u << bits) - 1;
#ifdef __AVX512F__
    constexpr Floats table = {0 & mask, 1 & mask, 2 & mask,  3 & mask,  4 & mask,  5 & mask,  6 & mask,  7 & mask,
                              8 & mask, 9 & mask, 10 & mask, 11 & mask, 12 & mask, 13 & mask, 14 & mask, 15 & mask};
    return reinterpret_cast<Floats>(_mm512_permutexvar_ps(reinterpret_cast<__m512i>(words), __m512(table)));
#else
    return __builtin_convertvector(reinterpret_cast<Integers>(words & mask), Floats);
#endif
}

constexpr int codesPerPart = 8; // a quarter of a record, 32 columns

// The words of a row phase: four chunks (INT4) or the three words of its rows (INT3).
template <int bits>
struct RowWords {
    Words words[bits];

    AWQ_INLINE explicit RowWords(const std::uint8_t* bytes) {
        for (int chunk = 0; chunk < bits; ++chunk)
            words[chunk] = loadWords(bytes + chunk * 512);
    }

    // Codes 8 part .. 8 part + 7.
    AWQ_INLINE void decode(int part, Floats (&out)[codesPerPart]) const {
        for (int code = 0; code < codesPerPart; ++code)
            out[code] = bits == 4 ? int4(part, code) : int3(2 * part + code / 4, code / 2 % 2, code % 2);
    }

private:
    AWQ_INLINE Floats int4(int part, int code) const {
        return lowest<bits>(words[part] >> (4 * (code / 4) + 8 * (code / 2 % 2) + 16 * (code % 2)));
    }

    AWQ_INLINE Floats int3(int step, int h, int e) const {
        if (step < 6)
            return lowest<bits>(words[step % 3] >> (16 * e + 9 * h + 3 * (step / 3)));
        if (step == 6 || h == 0)
            return lowest<bits>(words[step == 6 ? h : 2] >> (16 * e + 6));
        const int shift = 16 * e + 15;
        return lowest<bits>(((words[0] >> shift) & 1u) | (((words[1] >> shift) & 1u) << 1) |
                            (((words[2] >> shift) & 1u) << 2));
    }
};

AWQ_INLINE Floats floatsFrom16(Words bits, DType type) {
    if (type == DType::bfloat16)
        return reinterpret_cast<Floats>(bits << 16);
    const Words sign = (bits & 0x8000u) << 16, magnitude = (bits & 0x7fffu) << 13;
    const Floats value = reinterpret_cast<Floats>(magnitude) * 0x1p112f; // exact, for subnormals too
    return reinterpret_cast<Floats>(reinterpret_cast<Words>(value) | sign);
}

struct Parameters {
    Floats scale, minusZero;
};

// Of the four rows of a row phase, repeated over the column phases.
AWQ_INLINE Parameters loadParameters(const std::uint8_t* block, int rowPhase, DType type) {
    std::uint32_t p[4];
    std::memcpy(p, block + rowPhase * 16, sizeof p);
    const Words pairs = {p[0], p[1], p[2], p[3], p[0], p[1], p[2], p[3],
                         p[0], p[1], p[2], p[3], p[0], p[1], p[2], p[3]};
    return {floatsFrom16(pairs & 0xffffu, type), floatsFrom16(pairs >> 16, type)};
}

// Adds one record's part to a row phase of one token. `sum` collects code * x over a group.
AWQ_INLINE void addPart(const Floats (&values)[codesPerPart], const float (*input)[rowLanes], Floats& sum) {
    Floats odd = {};
    for (int code = 0; code < codesPerPart; code += 2) {
        sum += values[code] * loadFloats(input[code]);
        odd += values[code + 1] * loadFloats(input[code + 1]);
    }
    sum += odd;
}

template <int bits, int maxTokens>
AWQ_INLINE void multiply(const RowBlockProduct& product, RowBlockSums& sums) {
    const PackedLayout& layout = product.layout;
    const int partsPerGroup = 4 / layout.groupsPerRecord(), tokens = maxTokens == 1 ? 1 : product.tokens;
    const std::uint8_t* record = product.records;
    for (std::int64_t block = 0; block < layout.columnBlocks(); ++block, record += layout.recordBytes())
        for (int phase = 0; phase < 8; ++phase) {
            const RowWords<bits> words(record + phase * 64);
            Floats groupSums[maxTokens] = {};
#pragma GCC unroll 4
            for (int part = 0; part < 4; ++part) {
                Floats values[codesPerPart];
                words.decode(part, values);
                for (int i = 0; i < tokens; ++i)
                    addPart(values, product.input[i][block].values + part * codesPerPart, groupSums[i]);
                if ((part + 1) % partsPerGroup != 0)
                    continue;
                const int group = part / partsPerGroup;
                const Parameters parameters =
                    loadParameters(record + layout.codeBytes() + 128 * group, phase, product.scaleType);
                for (int i = 0; i < tokens; ++i) {
                    const Floats inputSum = loadFloats(product.input[i][block].groupSums[group]);
                    Floats& sum = *reinterpret_cast<Floats*>(sums.values[phase][i]);
                    sum += (groupSums[i] + parameters.minusZero * inputSum) * parameters.scale;
                    groupSums[i] = Floats{};
                }
            }
        }
}

inline void multiplyRowBlock(const RowBlockProduct& product, RowBlockSums& sums) {
    std::memset(&sums, 0, sizeof sums);
    const bool oneToken = product.tokens == 1;
    if (product.layout.bits == 4)
        oneToken ? multiply<4, 1>(product, sums) : multiply<4, tokensAtOnce>(product, sums);
    else
        oneToken ? multiply<3, 1>(product, sums) : multiply<3, tokensAtOnce>(product, sums);
}

#undef AWQ_INLINE

} // namespace
} // namespace awq::kernels::cpu

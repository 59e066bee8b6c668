// SPDX-License-Identifier: GPL-3.0-or-later
// The body of packed_rows.h in vectors as wide as the instruction set has; included by one source per instruction set.
// Uses no templates of the standard library: their code could be shared with sources for other instruction sets.
#pragma once

#include <cstring>
#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "kernels/cpu/packed_rows.h"

namespace awq::kernels::cpu {
namespace {

#if defined(__AVX512VNNI__)
constexpr int width = 16; // lanes of a vector
#elif defined(__AVX2__)
constexpr int width = 8;
#else
constexpr int width = 4;
#endif

using Floats = float __attribute__((vector_size(4 * width)));
using Words = std::uint32_t __attribute__((vector_size(4 * width)));
using Integers = std::int32_t __attribute__((vector_size(4 * width)));
using FourFloats = float __attribute__((vector_size(16)));
using FourWords = std::uint32_t __attribute__((vector_size(16)));

#define AWQ_INLINE inline __attribute__((always_inline))

AWQ_INLINE Words loadWords(const void* bytes) {
    Words words;
    std::memcpy(&words, bytes, sizeof words);
    return words;
}

// A load that stays in a register instead of being repeated by every instruction that uses it.
AWQ_INLINE Words loadOnce(const void* bytes) {
    Words words = loadWords(bytes);
#ifdef __SSE2__
    asm("" : "+v"(words));
#endif
    return words;
}

AWQ_INLINE Floats loadFloats(const float* values) {
    Floats floats;
    std::memcpy(&floats, values, sizeof floats);
    return floats;
}

// sum + the products of the lower and of the upper 16-bit halves, signed.
AWQ_INLINE Integers addPairProducts(Integers sum, Words a, Words b) {
#if defined(__AVX512VNNI__)
    return Integers(_mm512_dpwssd_epi32(__m512i(sum), __m512i(a), __m512i(b)));
#elif defined(__AVX2__)
    return sum + Integers(_mm256_madd_epi16(__m256i(a), __m256i(b)));
#elif defined(__SSE2__)
    return sum + Integers(_mm_madd_epi16(__m128i(a), __m128i(b)));
#else
    const Integers lower = (Integers(a << 16) >> 16) * (Integers(b << 16) >> 16);
    return sum + lower + (Integers(a) >> 16) * (Integers(b) >> 16);
#endif
}

constexpr int pairsPerPart = 4; // a quarter of a record, 32 columns

// The words of a row phase: four chunks (INT4) or the three words of its rows (INT3).
template <int bits>
struct RowWords {
    Words words[bits];

    // What a part needs: its chunk (INT4), or all three words.
    AWQ_INLINE void load(const std::uint8_t* bytes, int part) {
        for (int chunk = bits == 4 ? part : 0; chunk < (bits == 4 ? part + 1 : bits); ++chunk)
            words[chunk] = loadOnce(bytes + chunk * 512);
    }

    // Pair `pair` of a part, as two 16-bit codes.
    AWQ_INLINE Words codes(int part, int pair) const {
        if (bits == 4)
            return (words[part] >> (4 * (pair / 2) + 8 * (pair % 2))) & 0x000f000fu;
        return int3(2 * part + pair / 2, pair % 2);
    }

private:
    AWQ_INLINE Words int3(int step, int h) const {
        if (step < 6)
            return (words[step % 3] >> (9 * h + 3 * (step / 3))) & 0x00070007u;
        if (step == 6 || h == 0)
            return (words[step == 6 ? h : 2] >> 6) & 0x00070007u;
        constexpr std::uint32_t top = 0x00010001u;
        return ((words[0] >> 15) & top) | (((words[1] >> 15) & top) << 1) | (((words[2] >> 15) & top) << 2);
    }
};

AWQ_INLINE FourFloats floatsFrom16(FourWords bits, DType type) {
    if (type == DType::bfloat16)
        return FourFloats(bits << 16);
    const FourWords sign = (bits & 0x8000u) << 16, magnitude = (bits & 0x7fffu) << 13;
    const FourFloats value = FourFloats(magnitude) * 0x1p112f; // exact, for subnormals too
    return FourFloats(FourWords(value) | sign);
}

// The four rows of a row phase, repeated over the column phases.
AWQ_INLINE Floats repeat(FourFloats rows) {
#if defined(__AVX512VNNI__)
    return Floats(_mm512_broadcast_f32x4(__m128(rows)));
#elif defined(__AVX2__)
    return Floats(_mm256_set_m128(__m128(rows), __m128(rows)));
#else
    return rows;
#endif
}

struct Parameters {
    Floats scale, minusZero;
};

AWQ_INLINE Parameters loadParameters(const std::uint8_t* block, int rowPhase, DType type) {
    FourWords pairs;
    std::memcpy(&pairs, block + rowPhase * 16, sizeof pairs);
    return {repeat(floatsFrom16(pairs & 0xffffu, type)), repeat(floatsFrom16(pairs >> 16, type))};
}

// Sums of codes times activations over a group.
struct PairSums {
    Integers high{}, low{};

    AWQ_INLINE Floats take() {
        const Floats sum =
            __builtin_convertvector(high, Floats) * float(1 << lowBits) + __builtin_convertvector(low, Floats);
        *this = {};
        return sum;
    }
};

// Adds parameter block `group` of a record to `phases` row phases from `phase` on, in the lanes from `lane` on.
template <int bits, int tokens, int phases, int groups, int group>
AWQ_INLINE void addGroup(const RowBlockProduct& product, const std::uint8_t* record, std::int64_t block, int phase,
                         int lane, RowBlockSums& sums) {
    constexpr int parts = 4 / groups;
    PairSums groupSums[phases][tokens];
#pragma GCC unroll 4
    for (int part = group * parts; part < (group + 1) * parts; ++part) {
        RowWords<bits> words[phases];
#pragma GCC unroll 4
        for (int p = 0; p < phases; ++p)
            words[p].load(record + (phase + p) * 64 + lane * 4, part);
#pragma GCC unroll 4
        for (int pair = 0; pair < pairsPerPart; ++pair)
#pragma GCC unroll 4
            for (int i = 0; i < tokens; ++i) {
                const RecordInput& input = product.input[i][block];
                const Words high = loadOnce(input.high[part * pairsPerPart + pair] + lane),
                            low = loadOnce(input.low[part * pairsPerPart + pair] + lane);
#pragma GCC unroll 4
                for (int p = 0; p < phases; ++p) {
                    const Words codes = words[p].codes(part, pair);
                    groupSums[p][i].high = addPairProducts(groupSums[p][i].high, codes, high);
                    groupSums[p][i].low = addPairProducts(groupSums[p][i].low, codes, low);
                }
            }
    }
#pragma GCC unroll 4
    for (int p = 0; p < phases; ++p) {
        const Parameters parameters = loadParameters(record + bits * 512 + 128 * group, phase + p, product.scaleType);
#pragma GCC unroll 4
        for (int i = 0; i < tokens; ++i) {
            const Floats inputSum = loadFloats(product.input[i][block].groupSums[group] + lane);
            float* place = sums.values[phase + p][i] + lane;
            const Floats sum =
                loadFloats(place) + (groupSums[p][i].take() + parameters.minusZero * inputSum) * parameters.scale;
            std::memcpy(place, &sum, sizeof sum);
        }
    }
}

template <int bits, int tokens, int groups>
void multiply(const RowBlockProduct& product, RowBlockSums& sums) {
    constexpr int phases = tokens > 2 ? 1 : tokens == 2 || bits == 3 ? 2 : 4; // that share the loads of activations
    const PackedLayout& layout = product.layout;
    const std::uint8_t* record = product.records;
    for (std::int64_t block = 0; block < layout.columnBlocks(); ++block, record += layout.recordBytes())
        for (int phase = 0; phase < 8; phase += phases)
            for (int lane = 0; lane < rowLanes; lane += width) {
                addGroup<bits, tokens, phases, groups, 0>(product, record, block, phase, lane, sums);
                if constexpr (groups > 1)
                    addGroup<bits, tokens, phases, groups, 1>(product, record, block, phase, lane, sums);
                if constexpr (groups > 2) {
                    addGroup<bits, tokens, phases, groups, 2>(product, record, block, phase, lane, sums);
                    addGroup<bits, tokens, phases, groups, 3>(product, record, block, phase, lane, sums);
                }
            }
}

template <int bits, int groups>
void multiplyTokens(const RowBlockProduct& product, RowBlockSums& sums) {
    static_assert(tokensAtOnce == 4);
    constexpr RowBlockFunction functions[] = {multiply<bits, 1, groups>, multiply<bits, 2, groups>,
                                              multiply<bits, 3, groups>, multiply<bits, 4, groups>};
    functions[product.tokens - 1](product, sums);
}

template <int bits>
void multiplyGroups(const RowBlockProduct& product, RowBlockSums& sums) {
    switch (product.layout.groupsPerRecord()) {
    case 1:
        return multiplyTokens<bits, 1>(product, sums);
    case 2:
        return multiplyTokens<bits, 2>(product, sums);
    default:
        return multiplyTokens<bits, 4>(product, sums);
    }
}

inline void multiplyRowBlock(const RowBlockProduct& product, RowBlockSums& sums) {
    std::memset(&sums, 0, sizeof sums);
    product.layout.bits == 4 ? multiplyGroups<4>(product, sums) : multiplyGroups<3>(product, sums);
}

#undef AWQ_INLINE

} // namespace
} // namespace awq::kernels::cpu

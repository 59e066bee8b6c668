// SPDX-License-Identifier: GPL-3.0-or-later
// The packed layouts, written so that reads and writes stay in the cache and inner loops are plain enough to be
// vectorised.
#include "core/quant/packing.h"

#include <algorithm>
#include <array>
#include <string>
#include <type_traits>

#include "core/error.h"

namespace awq::core {
namespace {

void require(bool condition, const char* what) {
    if (!condition)
        throw Error(ErrorCode::internal, std::string("packing: ") + what, {}, "please report this as a bug");
}

void requireValues(CodeSpan values, std::int64_t rows, std::int64_t columns, int bits) {
    require(std::int64_t(values.size()) == rows * columns, "the values do not have the shape given");
    std::uint8_t seen = 0;
    for (const std::uint8_t value : values)
        seen |= value;
    require(bits >= 8 || seen >> bits == 0, "a value does not fit into the bits");
}

std::int64_t wordsFor(std::int64_t values, int bits) {
    return (values * bits + 31) / 32;
}

constexpr std::array<int, 8> gemmOrder{0, 2, 4, 6, 1, 3, 5, 7};

constexpr std::int64_t tileColumns = 64;
using FullTile = std::integral_constant<std::int64_t, tileColumns>; // a constant count lets the compiler vectorise

// Visits a gemm-packed matrix in tiles of 16 words (a cache line) by 64 columns: body(word column, first column, column
// count).
template <typename Body>
void forEachGemmTile(std::int64_t rows, std::int64_t columns, Body body) {
    constexpr std::int64_t tileWords = 16;
    const std::int64_t words = rows / 8;
    for (std::int64_t firstWord = 0; firstWord < words; firstWord += tileWords)
        for (std::int64_t first = 0; first < columns; first += tileColumns)
            for (std::int64_t word = firstWord; word < std::min(words, firstWord + tileWords); ++word)
                if (columns - first >= tileColumns)
                    body(word, first, FullTile());
                else
                    body(word, first, columns - first);
}

// One row as a stream of bits; values of 4 bits go through the loop that compilers turn into vector code.
void packStream(const std::uint8_t* values, std::int64_t count, int bits, std::uint8_t* bytes) {
    if (bits == 4 && count % 2 == 0) {
        for (std::int64_t i = 0; i < count / 2; ++i)
            bytes[i] = std::uint8_t(values[2 * i] | values[2 * i + 1] << 4);
        return;
    }
    std::uint32_t pending = 0;
    int filled = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        pending |= std::uint32_t(values[i]) << filled;
        for (filled += bits; filled >= 8; filled -= 8, pending >>= 8)
            *bytes++ = std::uint8_t(pending);
    }
    if (filled > 0)
        *bytes = std::uint8_t(pending);
}

void unpackStream(const std::uint8_t* bytes, std::int64_t count, int bits, std::uint8_t* values) {
    if (bits == 4 && count % 2 == 0) {
        for (std::int64_t i = 0; i < count / 2; ++i) {
            values[2 * i] = bytes[i] & 15;
            values[2 * i + 1] = bytes[i] >> 4;
        }
        return;
    }
    const std::uint32_t mask = (1u << bits) - 1;
    std::uint32_t pending = 0;
    int filled = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        for (; filled < bits; filled += 8)
            pending |= std::uint32_t(*bytes++) << filled;
        values[i] = std::uint8_t(pending & mask);
        pending >>= bits;
        filled -= bits;
    }
}

// Calls body(word, value): the int16 words of an llm-awq matrix and the first of the four values each holds, which are
// 8 apart.
template <typename Body>
void forEachLlmAwqWord(std::int64_t rows, std::int64_t columns, Body body) {
    for (std::int64_t quad = 0; quad < rows / 4; ++quad)
        for (std::int64_t block = 0; block < columns; block += 64)
            for (std::int64_t r = 0; r < 4; ++r)
                for (std::int64_t half = 0; half < 2; ++half)
                    for (std::int64_t t = 0; t < 8; ++t)
                        body(quad * columns + block + 16 * r + 8 * half + t,
                             (4 * quad + r) * columns + block + 32 * half + t);
}

} // namespace

std::vector<std::int32_t> packAwqGemm(CodeSpan values, std::int64_t rows, std::int64_t columns) {
    require(rows % 8 == 0, "the gemm layout needs rows in multiples of 8");
    requireValues(values, rows, columns, 4);
    std::vector<std::int32_t> words(std::size_t(columns * (rows / 8)));
    forEachGemmTile(rows, columns, [&](std::int64_t word, std::int64_t first, auto count) {
        std::array<std::uint32_t, tileColumns> packed{};
        for (std::size_t i = 0; i < 8; ++i) {
            const std::uint8_t* row = values.data() + (8 * word + gemmOrder[i]) * columns + first;
            for (std::int64_t k = 0; k < count; ++k)
                packed[std::size_t(k)] |= std::uint32_t(row[k]) << (4 * i);
        }
        for (std::int64_t k = 0; k < count; ++k)
            words[std::size_t((first + k) * (rows / 8) + word)] = std::int32_t(packed[std::size_t(k)]);
    });
    return words;
}

Codes unpackAwqGemm(std::span<const std::int32_t> words, std::int64_t rows, std::int64_t columns) {
    require(rows % 8 == 0 && std::int64_t(words.size()) == columns * (rows / 8),
            "the words do not have the shape given");
    Codes values(std::size_t(rows * columns));
    forEachGemmTile(rows, columns, [&](std::int64_t word, std::int64_t first, auto count) {
        std::array<std::uint32_t, tileColumns> packed{};
        for (std::int64_t k = 0; k < count; ++k)
            packed[std::size_t(k)] = std::uint32_t(words[std::size_t((first + k) * (rows / 8) + word)]);
        for (std::size_t i = 0; i < 8; ++i) {
            std::uint8_t* row = values.data() + (8 * word + gemmOrder[i]) * columns + first;
            for (std::int64_t k = 0; k < count; ++k)
                row[k] = std::uint8_t(packed[std::size_t(k)] >> (4 * i) & 15);
        }
    });
    return values;
}

std::vector<std::int32_t> packRows(CodeSpan values, std::int64_t rows, std::int64_t columns, int bits) {
    require(bits >= 1 && bits <= 8, "bits are not within 1..8");
    requireValues(values, rows, columns, bits);
    const std::int64_t width = wordsFor(columns, bits);
    std::vector<std::int32_t> words(std::size_t(rows * width));
    for (std::int64_t r = 0; r < rows; ++r)
        packStream(values.data() + r * columns, columns, bits,
                   reinterpret_cast<std::uint8_t*>(words.data() + r * width));
    return words;
}

Codes unpackRows(std::span<const std::int32_t> words, std::int64_t rows, std::int64_t columns, int bits) {
    require(bits >= 1 && bits <= 8, "bits are not within 1..8");
    const std::int64_t width = wordsFor(columns, bits);
    require(std::int64_t(words.size()) == rows * width, "the words do not have the shape given");
    Codes values(std::size_t(rows * columns));
    for (std::int64_t r = 0; r < rows; ++r)
        unpackStream(reinterpret_cast<const std::uint8_t*>(words.data() + r * width), columns, bits,
                     values.data() + r * columns);
    return values;
}

std::vector<std::int32_t> packColumns(CodeSpan values, std::int64_t rows, std::int64_t columns, int bits) {
    require(std::int64_t(values.size()) == rows * columns, "the values do not have the shape given");
    const std::vector<std::int32_t> words = packRows(transposed(values, rows, columns), columns, rows, bits);
    return transposed(std::span(words), columns, wordsFor(rows, bits));
}

Codes unpackColumns(std::span<const std::int32_t> words, std::int64_t rows, std::int64_t columns, int bits) {
    require(std::int64_t(words.size()) == wordsFor(rows, bits) * columns, "the words do not have the shape given");
    const Codes values = unpackRows(transposed(words, wordsFor(rows, bits), columns), columns, rows, bits);
    return transposed(CodeSpan(values), columns, rows);
}

std::vector<std::int16_t> packLlmAwq(CodeSpan values, std::int64_t rows, std::int64_t columns) {
    require(rows % 4 == 0 && columns % 64 == 0, "the llm-awq layout needs rows in multiples of 4 and columns of 64");
    requireValues(values, rows, columns, 4);
    std::vector<std::int16_t> words(std::size_t(rows / 4 * columns));
    forEachLlmAwqWord(rows, columns, [&](std::int64_t word, std::int64_t value) {
        const std::uint8_t* q = values.data() + value;
        words[std::size_t(word)] = std::int16_t(q[0] | q[8] << 4 | q[16] << 8 | q[24] << 12);
    });
    return words;
}

Codes unpackLlmAwq(std::span<const std::int16_t> words, std::int64_t rows, std::int64_t columns) {
    require(rows % 4 == 0 && columns % 64 == 0 && std::int64_t(words.size()) == rows / 4 * columns,
            "the words do not have the shape given");
    Codes values(std::size_t(rows * columns));
    forEachLlmAwqWord(rows, columns, [&](std::int64_t word, std::int64_t value) {
        const auto packed = std::uint16_t(words[std::size_t(word)]);
        for (int n = 0; n < 4; ++n)
            values[std::size_t(value + 8 * n)] = std::uint8_t(packed >> (4 * n) & 15);
    });
    return values;
}

std::int64_t paddedGroups(std::int64_t columns, std::int64_t groupSize) {
    const std::int64_t multiple = groupSize >= 128 ? 1 : groupSize == 64 ? 2 : groupSize == 32 ? 4 : 0;
    if (multiple == 0)
        badInput("group size " + std::to_string(groupSize) + " has no llm-awq layout", {},
                 "use a group size of 32, 64 or 128");
    const std::int64_t words = (columns / groupSize + 7) / 8;
    return (words + multiple - 1) / multiple * multiple * 8;
}

std::vector<float> dequantized(CodeSpan codes, CodeSpan zeros, std::span<const float> scales, std::int64_t groupSize) {
    require(zeros.size() == scales.size() && codes.size() == zeros.size() * std::size_t(groupSize),
            "the parts do not have matching shapes");
    std::vector<float> weight(codes.size());
    for (std::size_t group = 0; group < zeros.size(); ++group) {
        const std::size_t first = group * std::size_t(groupSize);
        for (std::size_t i = first; i < first + std::size_t(groupSize); ++i)
            weight[i] = float(int(codes[i]) - int(zeros[group])) * scales[group];
    }
    return weight;
}

} // namespace awq::core

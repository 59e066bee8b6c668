// SPDX-License-Identifier: GPL-3.0-or-later
// Small unsigned integers (codes and zero points) in the packed layouts of checkpoint formats, and back. Row-major
// throughout; values are uint8, below 2^bits. Every function throws Error(internal) when sizes do not fit or a value is
// out of range. In this file "a word's nibble i" is its bits 4i..4i+3.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace awq::core {

using Codes = std::vector<std::uint8_t>;
using CodeSpan = std::span<const std::uint8_t>;

// AutoAWQ "gemm" (what vLLM, SGLang and Transformers call AWQ): [rows, columns] -> int32 [columns, rows/8]. Nibble i of
// word (k, c) is value (8c + {0,2,4,6,1,3,5,7}[i], k). Codes [out, in] become qweight, zero points [out, groups]
// qzeros. rows % 8 == 0; 4 bits.
std::vector<std::int32_t> packAwqGemm(CodeSpan values, std::int64_t rows, std::int64_t columns);
Codes unpackAwqGemm(std::span<const std::int32_t> words, std::int64_t rows, std::int64_t columns);

// compressed-tensors "pack-quantized" weight_packed, and AutoAWQ "gemv" qweight: [rows, columns] -> int32 [rows,
// ceil(columns*bits/32)]. A row is a stream of bits, lowest first; its last word is filled up with zeros. bits 1..8.
std::vector<std::int32_t> packRows(CodeSpan values, std::int64_t rows, std::int64_t columns, int bits);
Codes unpackRows(std::span<const std::int32_t> words, std::int64_t rows, std::int64_t columns, int bits);

// compressed-tensors weight_zero_point: the same along columns, [rows, columns] -> int32 [ceil(rows*bits/32), columns].
std::vector<std::int32_t> packColumns(CodeSpan values, std::int64_t rows, std::int64_t columns, int bits);
Codes unpackColumns(std::span<const std::int32_t> words, std::int64_t rows, std::int64_t columns, int bits);

// llm-awq "v2", AutoAWQ "gemv_fast": [rows, columns] -> int16 [rows/4, columns]. Nibble n of word (i, 64B + 16r + 8h +
// t) is value (4i + r, 64B + 32h + 8n + t). rows % 4 == 0, columns % 64 == 0; 4 bits.
std::vector<std::int16_t> packLlmAwq(CodeSpan values, std::int64_t rows, std::int64_t columns);
Codes unpackLlmAwq(std::span<const std::int16_t> words, std::int64_t rows, std::int64_t columns);

// Groups per row as llm-awq's kernels store them: padded to 8 times 1, 2 or 4 for group sizes from 128, 64, 32. Other
// group sizes below 128 throw Error(badInput): that format cannot hold them.
std::int64_t paddedGroups(std::int64_t columns, std::int64_t groupSize);

// w = (code - zero) * scale, exact before it is rounded to float32. codes [rows, columns]; zeros, scales [rows,
// columns/groupSize].
std::vector<float> dequantized(CodeSpan codes, CodeSpan zeros, std::span<const float> scales, std::int64_t groupSize);

// [rows, columns] -> [columns, rows]
template <typename T>
std::vector<T> transposed(std::span<const T> values, std::int64_t rows, std::int64_t columns) {
    std::vector<T> result(values.size());
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns; ++c)
            result[std::size_t(c * rows + r)] = values[std::size_t(r * columns + c)];
    return result;
}

// [rows, columns] -> [rows, newColumns]: rows are cut, or filled up with zeros.
template <typename T>
std::vector<T> resizedRows(std::span<const T> values, std::int64_t rows, std::int64_t columns,
                           std::int64_t newColumns) {
    std::vector<T> result(std::size_t(rows * newColumns));
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns && c < newColumns; ++c)
            result[std::size_t(r * newColumns + c)] = values[std::size_t(r * columns + c)];
    return result;
}

} // namespace awq::core

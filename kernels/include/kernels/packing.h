// SPDX-License-Identifier: GPL-3.0-or-later
// From codes, zero points and scales to the packed layout and back, and from the word layouts of checkpoint formats.
// All tensors contiguous, row-major.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/layout.h"

namespace awq::kernels {

// The parts of a packed matrix.
struct PackArgs {
    PackedLayout layout;
    DType scaleType = DType::float16;         // of the packed pairs: float16 or bfloat16
    const std::uint8_t* codes = nullptr;      // [rows, columns], below 2^bits
    const std::uint8_t* zeroPoints = nullptr; // [rows, groups]; null: symmetric, the middle code
    DType givenScaleType = DType::float16;    // of `scales`
    const void* scales = nullptr;             // [rows, groups], rounded to scaleType
    void* packed = nullptr;                   // layout.bytes()
};

struct UnpackArgs {
    PackedWeight weight;
    std::uint8_t* codes = nullptr;      // [rows, columns], or null
    std::uint8_t* zeroPoints = nullptr; // [rows, groups], or null
    void* scales = nullptr;             // [rows, groups] in the weight's scale type, or null
    DType valueType = DType::float16;
    void* values = nullptr; // [rows, columns] (code - zero) * scale rounded once to valueType, or null
};

// Word layouts of checkpoint formats, for 4-bit codes [rows, columns]:
//   awqGemm   AutoAWQ "gemm": int32 [columns, rows/8]; nibble i of word (k, c) is code (8c + {0,2,4,6,1,3,5,7}[i], k).
//             rows % 8 == 0. For zero points, columns are groups.
//   inputRows AutoAWQ "gemv", llm-awq v1, compressed-tensors: int32 [rows, columns/8]; nibble i of word (n, c) is code
//             (n, 8c + i). columns % 8 == 0.
//   llmAwq    llm-awq v2, AutoAWQ "gemv_fast": int16 [rows/4, columns]; nibble n of word (i, 64B + 16r + 8h + t) is
//   code
//             (4i + r, 64B + 32h + 8n + t). rows % 4 == 0, columns % 64 == 0.
enum class WordLayout { awqGemm, inputRows, llmAwq };

struct CodeWordsArgs {
    WordLayout layout = WordLayout::awqGemm;
    std::int64_t rows = 0, columns = 0;
    std::uint8_t* codes = nullptr; // [rows, columns], below 16; read by wordsFromCodes, written by codesFromWords
    void* words = nullptr;         // rows * columns / 2 bytes; the other way round
};

namespace cpu {
Status pack(const PackArgs& args);
Status unpack(const UnpackArgs& args);
Status codesFromWords(const CodeWordsArgs& args);
Status wordsFromCodes(const CodeWordsArgs& args);
} // namespace cpu

namespace cuda {
Status pack(const PackArgs& args, Stream stream);
Status unpack(const UnpackArgs& args, Stream stream);
Status codesFromWords(const CodeWordsArgs& args, Stream stream);
Status wordsFromCodes(const CodeWordsArgs& args, Stream stream);
} // namespace cuda

} // namespace awq::kernels

// SPDX-License-Identifier: GPL-3.0-or-later
// The packed weight: how INT4 and INT3 matrices lie in memory for every packed product, to the bit.
//
// A weight [rows, columns] (rows = outputs) is cut into blocks of 32 rows x 128 columns. A block is one record of
// contiguous bytes; the records of a row block follow each other. Rows and columns beyond the matrix hold zero codes
// and zero scales. A record is:
//
//   codes       bits * 512 bytes, 32-bit little-endian words. Word 128c + 4l + i (chunk c, lane l = 0..31, i = 0..3)
//               belongs to row 16(i/2) + 8(i%2) + l/4; below t = l%4 and s, h, e are 0 or 1.
//     INT4      4 chunks; the code of column 32c + 16s + 8h + 2t + e is at bits 4s + 8h + 16e .. +3.
//     INT3      3 chunks, the row's three words. q(j,h,e) is the code of column 16j + 8h + 2t + e, for j = 0..7:
//               bits 16e+0..2  q(c,0,e)        bits 16e+9..11   q(c,1,e)
//               bits 16e+3..5  q(3+c,0,e)      bits 16e+12..14  q(3+c,1,e)
//               bits 16e+6..8  q(6,0,e), q(6,1,e), q(7,0,e) for c = 0, 1, 2
//               bit  16e+15    bit c of q(7,1,e)
//   parameters  128 bytes per group of the record: for l = 0..7 four pairs (scale, -zero point) of the rows l, l+8,
//               l+16, l+24, both in the scale type. Groups of 32 and 64 columns have 4 and 2 of these blocks; larger
//               groups repeat their pair in every record they cover.
//
// A weight is (code - zero point) * scale. Symmetric quantization stores its middle code, 8 or 4, as zero point.
// A lane's 16 bytes of a chunk are the A fragments of two m16n8k16 tensor core products, so one packing serves every
// number of tokens, and columns keep their order. Records are multiples of 128 bytes for the bulk copy engine.
#pragma once

#include <cstdint>

#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::kernels {

constexpr int recordRows = 32;
constexpr int recordColumns = 128;

struct PackedLayout {
    int bits = 4;                 // 3 or 4
    std::int64_t rows = 0;        // outputs, > 0
    std::int64_t columns = 0;     // inputs, > 0
    std::int64_t groupSize = 128; // 32, 64, a multiple of 128, or all columns; divides columns

    constexpr std::int64_t groups() const { return columns / groupSize; } // per row
    constexpr std::int64_t rowBlocks() const { return (rows + recordRows - 1) / recordRows; }
    constexpr std::int64_t columnBlocks() const { return (columns + recordColumns - 1) / recordColumns; }
    constexpr int groupsPerRecord() const { return groupSize >= recordColumns ? 1 : groupSize > 32 ? 2 : 4; }
    constexpr std::int64_t codeBytes() const { return bits * 512; } // of one record
    constexpr std::int64_t recordBytes() const { return codeBytes() + 128 * groupsPerRecord(); }
    constexpr std::int64_t bytes() const { return rowBlocks() * columnBlocks() * recordBytes(); }
    constexpr std::int64_t recordOffset(std::int64_t rowBlock, std::int64_t columnBlock) const {
        return (rowBlock * columnBlocks() + columnBlock) * recordBytes();
    }
    // The group of a row that parameter block `part` of the records of a column block describes; groups() or more
    // beyond the matrix.
    constexpr std::int64_t groupOf(std::int64_t columnBlock, int part) const {
        return (columnBlock * recordColumns + part * (recordColumns / groupsPerRecord())) / groupSize;
    }
};

Status check(const PackedLayout& layout);

// A matrix in that layout. Not the owner of its memory.
struct PackedWeight {
    PackedLayout layout;
    DType scaleType = DType::float16; // of scales and zero points: float16 or bfloat16
    const void* data = nullptr;       // layout.bytes() bytes, aligned to 128 on a device
};

// Within a record: the first word of a (row, column)'s chunk position, for chunk 0.
constexpr int recordWord(int row, int column) {
    const int lane = (row % 8) * 4 + (column / 2) % 4;
    return lane * 4 + row / 8;
}

// Where an INT4 code, or an INT3 code other than the split one, lies in its record.
struct CodePlace {
    int word, shift;
};

constexpr CodePlace int4Place(int row, int column) {
    const int chunk = column / 32, s = (column / 16) % 2, h = (column / 8) % 2, e = column % 2;
    return {128 * chunk + recordWord(row, column), 4 * s + 8 * h + 16 * e};
}

// The INT3 codes of the last eight columns of a record are split over the three words.
constexpr bool int3IsSplit(int column) {
    return column >= 120;
}

constexpr CodePlace int3Place(int row, int column) {
    const int step = column / 16, h = (column / 8) % 2, e = column % 2;
    const int word = recordWord(row, column);
    if (step < 3)
        return {128 * step + word, 16 * e + 9 * h};
    if (step < 6)
        return {128 * (step - 3) + word, 16 * e + 3 + 9 * h};
    return {128 * (step == 6 ? h : 2) + word, 16 * e + 6};
}

// Code at (row 0..31, column 0..127) of a record's words; putCode wants the place to be zero before.
constexpr unsigned codeAt(const std::uint32_t* words, int bits, int row, int column) {
    if (bits == 4) {
        const CodePlace place = int4Place(row, column);
        return (words[place.word] >> place.shift) & 15u;
    }
    if (!int3IsSplit(column)) {
        const CodePlace place = int3Place(row, column);
        return (words[place.word] >> place.shift) & 7u;
    }
    const int word = recordWord(row, column), shift = 16 * (column % 2) + 15;
    unsigned code = 0;
    for (int bit = 0; bit < 3; ++bit)
        code |= ((words[128 * bit + word] >> shift) & 1u) << bit;
    return code;
}

constexpr void putCode(std::uint32_t* words, int bits, int row, int column, unsigned code) {
    if (bits == 4) {
        const CodePlace place = int4Place(row, column);
        words[place.word] |= code << place.shift;
        return;
    }
    if (!int3IsSplit(column)) {
        const CodePlace place = int3Place(row, column);
        words[place.word] |= code << place.shift;
        return;
    }
    const int word = recordWord(row, column), shift = 16 * (column % 2) + 15;
    for (int bit = 0; bit < 3; ++bit)
        words[128 * bit + word] |= ((code >> bit) & 1u) << shift;
}

// Index of a row's (scale, -zero point) pair in a parameter block, in pairs.
constexpr int parameterPair(int row) {
    return (row % 8) * 4 + row / 8;
}

} // namespace awq::kernels

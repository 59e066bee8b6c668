// SPDX-License-Identifier: GPL-3.0-or-later
// Packing and unpacking on the CPU (packing.h).
#include "kernels/packing.h"

#include <cstring>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"

namespace awq::kernels::cpu {
namespace {

void packRecord(const PackArgs& args, std::int64_t rowBlock, std::int64_t columnBlock) {
    const PackedLayout& layout = args.layout;
    auto* bytes = static_cast<std::uint8_t*>(args.packed) + layout.recordOffset(rowBlock, columnBlock);
    std::memset(bytes, 0, std::size_t(layout.recordBytes()));
    auto* words = reinterpret_cast<std::uint32_t*>(bytes);
    for (int row = 0; row < recordRows; ++row) {
        const std::int64_t n = rowBlock * recordRows + row;
        if (n >= layout.rows)
            return;
        for (int column = 0; column < recordColumns; ++column)
            if (const std::int64_t k = columnBlock * recordColumns + column; k < layout.columns)
                putCode(words, layout.bits, row, column, args.codes[n * layout.columns + k]);
        for (int part = 0; part < layout.groupsPerRecord(); ++part) {
            const std::int64_t group = layout.groupOf(columnBlock, part);
            if (group >= layout.groups())
                break;
            const std::int64_t index = n * layout.groups() + group;
            const float zero = args.zeroPoints ? float(args.zeroPoints[index]) : float(1 << (layout.bits - 1));
            std::uint8_t* block = bytes + layout.codeBytes() + 128 * part;
            store(args.scaleType, block, 2 * parameterPair(row), load(args.givenScaleType, args.scales, index));
            store(args.scaleType, block, 2 * parameterPair(row) + 1, -zero);
        }
    }
}

void unpackRow(const UnpackArgs& args, std::int64_t n) {
    const PackedLayout& layout = args.weight.layout;
    const int row = int(n % recordRows);
    for (std::int64_t k = 0; k < layout.columns; ++k) {
        const std::int64_t group = k / layout.groupSize, index = n * layout.groups() + group;
        const auto* bytes =
            static_cast<const std::uint8_t*>(args.weight.data) + layout.recordOffset(n / recordRows, k / recordColumns);
        const int column = int(k % recordColumns);
        const unsigned code = codeAt(reinterpret_cast<const std::uint32_t*>(bytes), layout.bits, row, column);
        const std::uint8_t* block =
            bytes + layout.codeBytes() + 128 * (column * layout.groupsPerRecord() / recordColumns);
        const float scale = load(args.weight.scaleType, block, 2 * parameterPair(row));
        const float zero = -load(args.weight.scaleType, block, 2 * parameterPair(row) + 1);
        if (args.codes)
            args.codes[n * layout.columns + k] = std::uint8_t(code);
        if (args.values)
            store(args.valueType, args.values, n * layout.columns + k, (float(code) - zero) * scale);
        if (k % layout.groupSize != 0)
            continue;
        if (args.zeroPoints)
            args.zeroPoints[index] = std::uint8_t(zero);
        if (args.scales)
            store(args.weight.scaleType, args.scales, index, scale);
    }
}

// Calls visit(code index, word index, bits to shift) for every code.
template <typename Visit>
void forEachNibble(const CodeWordsArgs& args, Visit visit) {
    constexpr int awqOrder[8] = {0, 4, 1, 5, 2, 6, 3, 7}; // nibble of each of eight outputs
    for (std::int64_t n = 0; n < args.rows; ++n)
        for (std::int64_t k = 0; k < args.columns; ++k) {
            const std::int64_t code = n * args.columns + k;
            switch (args.layout) {
            case WordLayout::awqGemm:
                visit(code, k * (args.rows / 8) + n / 8, 4 * awqOrder[n % 8]);
                break;
            case WordLayout::inputRows:
                visit(code, n * (args.columns / 8) + k / 8, 4 * (k % 8));
                break;
            case WordLayout::llmAwq:
                visit(code, n / 4 * args.columns + k / 64 * 64 + n % 4 * 16 + k / 32 % 2 * 8 + k % 8, 4 * (k / 8 % 4));
                break;
            }
        }
}

template <typename F>
void withWords(const CodeWordsArgs& args, F f) {
    if (args.layout == WordLayout::llmAwq)
        f(static_cast<std::uint16_t*>(args.words));
    else
        f(static_cast<std::uint32_t*>(args.words));
}

} // namespace

Status pack(const PackArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    for (std::int64_t r = 0; r < args.layout.rowBlocks(); ++r)
        for (std::int64_t c = 0; c < args.layout.columnBlocks(); ++c)
            packRecord(args, r, c);
    return Status::ok;
}

Status unpack(const UnpackArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    for (std::int64_t n = 0; n < args.weight.layout.rows; ++n)
        unpackRow(args, n);
    return Status::ok;
}

Status codesFromWords(const CodeWordsArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    withWords(args, [&](const auto* words) {
        forEachNibble(args, [&](std::int64_t code, std::int64_t word, std::int64_t shift) {
            args.codes[code] = std::uint8_t((words[word] >> shift) & 15u);
        });
    });
    return Status::ok;
}

Status wordsFromCodes(const CodeWordsArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    std::memset(args.words, 0, std::size_t(args.rows * args.columns / 2));
    withWords(args, [&](auto* words) {
        forEachNibble(args, [&](std::int64_t code, std::int64_t word, std::int64_t shift) {
            words[word] = static_cast<std::remove_reference_t<decltype(*words)>>(
                words[word] | unsigned(args.codes[code] & 15u) << shift);
        });
    });
    return Status::ok;
}

} // namespace awq::kernels::cpu

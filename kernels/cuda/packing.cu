// SPDX-License-Identifier: GPL-3.0-or-later
// Packing on the device (packing.h).
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/numeric.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int threads = 256;

__device__ inline float loadScale(DType type, const void* scales, std::int64_t index) {
    switch (type) {
    case DType::float16:
        return toFloat(static_cast<const __half*>(scales)[index]);
    case DType::bfloat16:
        return toFloat(static_cast<const __nv_bfloat16*>(scales)[index]);
    default:
        return static_cast<const float*>(scales)[index];
    }
}

// A block for each record. Rows of codes are staged in shared memory, words gathered from there.
template <typename ScaleType>
__global__ void __launch_bounds__(threads) packKernel(PackArgs args) {
    __shared__ std::uint8_t codes[recordRows][recordColumns];
    const PackedLayout& layout = args.layout;
    const std::int64_t rowBlock = blockIdx.x / layout.columnBlocks(), columnBlock = blockIdx.x % layout.columnBlocks();
    for (int i = threadIdx.x; i < recordRows * recordColumns; i += threads) {
        const std::int64_t n = rowBlock * recordRows + i / recordColumns;
        const std::int64_t k = columnBlock * recordColumns + i % recordColumns;
        const bool inside = n < layout.rows && k < layout.columns;
        codes[i / recordColumns][i % recordColumns] = inside ? args.codes[n * layout.columns + k] : 0;
    }
    __syncthreads();
    auto* record = static_cast<std::uint8_t*>(args.packed) + layout.recordOffset(rowBlock, columnBlock);
    for (int word = threadIdx.x; word < layout.codeBytes() / 4; word += threads) {
        const int lane = word / 4 % 32, row = word % 4 * 8 + lane / 4;
        const std::uint8_t* rowCodes = codes[row];
        std::uint32_t bits = 0;
        for (int column = 2 * (lane % 4); column < recordColumns; column += column % 2 ? 7 : 1) {
            const unsigned code = rowCodes[column];
            if (layout.bits == 4) {
                const CodePlace place = int4Place(row, column);
                bits |= place.word == word ? code << place.shift : 0;
            } else if (int3IsSplit(column)) {
                bits |= ((code >> (word / 128)) & 1u) << (16 * (column % 2) + 15);
            } else {
                const CodePlace place = int3Place(row, column);
                bits |= place.word == word ? code << place.shift : 0;
            }
        }
        reinterpret_cast<std::uint32_t*>(record)[word] = bits;
    }
    for (int i = threadIdx.x; i < recordRows * layout.groupsPerRecord(); i += threads) {
        const int part = i / recordRows, row = i % recordRows;
        const std::int64_t n = rowBlock * recordRows + row, group = layout.groupOf(columnBlock, part);
        float scale = 0, minusZero = 0;
        if (n < layout.rows && group < layout.groups()) {
            const std::int64_t index = n * layout.groups() + group;
            scale = loadScale(args.givenScaleType, args.scales, index);
            minusZero = args.zeroPoints ? -float(args.zeroPoints[index]) : -float(1 << (layout.bits - 1));
        }
        reinterpret_cast<std::uint32_t*>(record + layout.codeBytes() + 128 * part)[parameterPair(row)] =
            packTwo<ScaleType>(scale, minusZero);
    }
}

__device__ inline void storeValue(DType type, void* values, std::int64_t index, float value) {
    switch (type) {
    case DType::float16:
        static_cast<__half*>(values)[index] = __float2half_rn(value);
        break;
    case DType::bfloat16:
        static_cast<__nv_bfloat16*>(values)[index] = __float2bfloat16_rn(value);
        break;
    default:
        static_cast<float*>(values)[index] = value;
    }
}

// A block for each record, staged in shared memory.
template <typename ScaleType>
__global__ void __launch_bounds__(threads) unpackKernel(UnpackArgs args) {
    __shared__ __align__(16) std::uint8_t record[4 * 512 + 4 * 128];
    const PackedLayout& layout = args.weight.layout;
    const std::int64_t rowBlock = blockIdx.x / layout.columnBlocks(), columnBlock = blockIdx.x % layout.columnBlocks();
    const auto* source =
        static_cast<const std::uint8_t*>(args.weight.data) + layout.recordOffset(rowBlock, columnBlock);
    for (int i = threadIdx.x; i < layout.recordBytes() / 16; i += threads)
        reinterpret_cast<uint4*>(record)[i] = reinterpret_cast<const uint4*>(source)[i];
    __syncthreads();
    const auto* words = reinterpret_cast<const std::uint32_t*>(record);
    const int partColumns = recordColumns / layout.groupsPerRecord();
    for (int i = threadIdx.x; i < recordRows * recordColumns; i += threads) {
        const int row = i / recordColumns, column = i % recordColumns;
        const std::int64_t n = rowBlock * recordRows + row, k = columnBlock * recordColumns + column;
        if (n >= layout.rows || k >= layout.columns)
            continue;
        const unsigned code = codeAt(words, layout.bits, row, column);
        const auto* block =
            reinterpret_cast<const std::uint32_t*>(record + layout.codeBytes() + 128 * (column / partColumns));
        const float2 parameters = unpackTwo<ScaleType>(block[parameterPair(row)]); // scale, -zero
        if (args.codes)
            args.codes[n * layout.columns + k] = std::uint8_t(code);
        if (args.values)
            storeValue(args.valueType, args.values, n * layout.columns + k,
                       (float(code) + parameters.y) * parameters.x);
        if (k % layout.groupSize != 0)
            continue;
        const std::int64_t index = n * layout.groups() + k / layout.groupSize;
        if (args.zeroPoints)
            args.zeroPoints[index] = std::uint8_t(-parameters.y);
        if (args.scales)
            static_cast<ScaleType*>(args.scales)[index] = fromFloat<ScaleType>(parameters.x);
    }
}

// The code that nibble `nibble` of word `word` holds (packing.h).
__device__ inline std::int64_t codeIndex(const CodeWordsArgs& args, std::int64_t word, int nibble) {
    switch (args.layout) {
    case WordLayout::awqGemm: {
        const int output = (nibble % 4) * 2 + nibble / 4; // {0,2,4,6,1,3,5,7}[nibble]
        const std::int64_t words = args.rows / 8, k = word / words, n = word % words * 8 + output;
        return n * args.columns + k;
    }
    case WordLayout::inputRows:
        return word * 8 + nibble;
    case WordLayout::llmAwq: {
        const std::int64_t i = word / args.columns, c = word % args.columns;
        const std::int64_t n = 4 * i + c % 64 / 16, k = c / 64 * 64 + c % 16 / 8 * 32 + 8 * nibble + c % 8;
        return n * args.columns + k;
    }
    }
    return 0;
}

template <typename Word, bool toCodes>
__global__ void __launch_bounds__(threads) codeWordsKernel(CodeWordsArgs args, std::int64_t words) {
    const std::int64_t word = std::int64_t(blockIdx.x) * threads + threadIdx.x;
    if (word >= words)
        return;
    constexpr int nibbles = 2 * sizeof(Word);
    Word* out = static_cast<Word*>(args.words) + word;
    const std::uint32_t given = toCodes ? *out : 0;
    std::uint32_t made = 0;
#pragma unroll
    for (int nibble = 0; nibble < nibbles; ++nibble) {
        std::uint8_t& code = args.codes[codeIndex(args, word, nibble)];
        if (toCodes)
            code = std::uint8_t((given >> (4 * nibble)) & 15u);
        else
            made |= std::uint32_t(code & 15u) << (4 * nibble);
    }
    if (!toCodes)
        *out = Word(made);
}

template <bool toCodes>
Status launchCodeWords(const CodeWordsArgs& args, Stream stream) {
    const bool shortWords = args.layout == WordLayout::llmAwq;
    const std::int64_t words = args.rows * args.columns / (shortWords ? 4 : 8);
    LaunchShape shape;
    shape.block = dim3(threads);
    shape.grid = dim3(unsigned(divideUp(words, threads)));
    return shortWords ? launch(shape, stream, codeWordsKernel<std::uint16_t, toCodes>, args, words)
                      : launch(shape, stream, codeWordsKernel<std::uint32_t, toCodes>, args, words);
}

LaunchShape blockPerRecord(const PackedLayout& layout) {
    LaunchShape shape;
    shape.grid = dim3(unsigned(layout.rowBlocks() * layout.columnBlocks()));
    shape.block = dim3(threads);
    return shape;
}

} // namespace

Status pack(const PackArgs& args, Stream stream) {
    return onDeviceOf(args.packed, args, [&](const DeviceGuard&) {
        return withSixteenBitElement(args.scaleType, [&](auto tag) {
            return launch(blockPerRecord(args.layout), stream, packKernel<typename decltype(tag)::Type>, args);
        });
    });
}

Status unpack(const UnpackArgs& args, Stream stream) {
    return onDeviceOf(args.weight.data, args, [&](const DeviceGuard&) {
        if (!isAligned(args.weight.data))
            return Status::badStride;
        return withSixteenBitElement(args.weight.scaleType, [&](auto tag) {
            return launch(blockPerRecord(args.weight.layout), stream, unpackKernel<typename decltype(tag)::Type>, args);
        });
    });
}

Status codesFromWords(const CodeWordsArgs& args, Stream stream) {
    return onDeviceOf(args.codes, args, [&](const DeviceGuard&) { return launchCodeWords<true>(args, stream); });
}

Status wordsFromCodes(const CodeWordsArgs& args, Stream stream) {
    return onDeviceOf(args.words, args, [&](const DeviceGuard&) { return launchCodeWords<false>(args, stream); });
}

} // namespace awq::kernels::cuda

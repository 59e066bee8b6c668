// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products on any device from compute capability 8.0, by mma.sync: weights on the side of 16, tokens on that
// of 8. A block owns 128 rows (a record for each of its four warps) x a tile of tokens, and a range of columns.
#include <algorithm>

#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/packed_paths.h"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/split_join.cuh"
#include "kernels/cuda/weight_fragments.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int warps = 4, threads = warps * 32, stages = 3, tileRows = warps * recordRows;
constexpr int inputPitch = recordColumns + 8; // elements; keeps ldmatrix free of bank conflicts

struct PortablePlan {
    const std::uint8_t* records;
    const void* input;
    const void* bias;
    void* output;
    float* partials;    // [tiles][splits][tileRows x tile tokens]
    unsigned* counters; // [tiles], zero between calls
    std::int64_t inputStride, outputStride;
    int tokens, rows, columns;
    int rowBlocks, columnBlocks, groupsPerRecord, recordBytes;
    int splits;
};

template <int tileTokens>
constexpr int inputBytes = tileTokens* inputPitch * 2;

// Records of four row blocks and the activations of one column block, zeros beyond the matrix.
template <typename T, int tileTokens>
__device__ void copyStage(const PortablePlan& plan, std::uint32_t stage, int columnBlock, int firstToken, bool exists) {
    constexpr int pieces = recordColumns / 8;
    if (exists) {
#pragma unroll
        for (int i = threadIdx.x; i < tileTokens * pieces; i += threads) {
            const int token = i / pieces, column = columnBlock * recordColumns + i % pieces * 8;
            const bool present = firstToken + token < plan.tokens && column < plan.columns;
            const std::int64_t offset = present ? (firstToken + token) * plan.inputStride + column : 0;
            copyAsync16(stage + (token * inputPitch + i % pieces * 8) * 2, static_cast<const T*>(plan.input) + offset,
                        present);
        }
        const int rowBlock = blockIdx.x * warps + threadIdx.x / 32;
        if (rowBlock < plan.rowBlocks) {
            const std::uint8_t* record =
                plan.records + (std::int64_t(rowBlock) * plan.columnBlocks + columnBlock) * plan.recordBytes;
            const std::uint32_t to = stage + inputBytes<tileTokens> + threadIdx.x / 32 * plan.recordBytes;
            for (int i = threadIdx.x % 32 * 16; i < plan.recordBytes; i += 32 * 16)
                copyAsync16(to + i, record + i, true);
        }
    }
    commitCopies();
}

// sums[16-row tile][8-token tile] += record . activations.
template <typename T, int bits, int tileTokens>
__device__ void addBlock(float (&sums)[2][tileTokens / 8][4], std::uint32_t activations, std::uint32_t record,
                         int groups) {
    const int lane = threadIdx.x % 32;
    std::uint32_t words[4][bits]; // by row of the lane: 8 i + lane / 4
#pragma unroll
    for (int chunk = 0; chunk < bits; ++chunk) {
        const uint4 v = loadShared16(record + chunk * 512 + lane * 16);
        words[0][chunk] = v.x, words[1][chunk] = v.y, words[2][chunk] = v.z, words[3][chunk] = v.w;
    }
    const std::uint32_t input = activations + ((lane % 8 + lane / 16 * 8) * inputPitch + lane / 8 % 2 * 8) * 2;
    WeightParameters<T, bits> parameters[4];
#pragma unroll
    for (int step = 0; step < stepsPerRecord; ++step) {
        if (step == 0 || (groups == 4 && step % 2 == 0) || (groups == 2 && step == 4)) {
            const uint4 pairs = loadShared16(record + bits * 512 + step * groups / 8 * 128 + lane / 4 * 16);
            parameters[0].set(pairs.x);
            parameters[1].set(pairs.y);
            parameters[2].set(pairs.z);
            parameters[3].set(pairs.w);
        }
        std::uint32_t weights[2][4];
#pragma unroll
        for (int i = 0; i < 4; ++i)
#pragma unroll
            for (int h = 0; h < 2; ++h)
                weights[i / 2][2 * h + i % 2] = weightPair<T>(words[i], step, h, parameters[i]);
#pragma unroll
        for (int n = 0; n < tileTokens / 8; n += 2) {
            const uint4 x = loadMatrices(input + (n * 8 * inputPitch + step * 16) * 2);
#pragma unroll
            for (int r = 0; r < 2; ++r) {
                multiplyAdd<T>(sums[r][n], weights[r][0], weights[r][1], weights[r][2], weights[r][3], x.x, x.y);
                multiplyAdd<T>(sums[r][n + 1], weights[r][0], weights[r][1], weights[r][2], weights[r][3], x.z, x.w);
            }
        }
    }
}

template <typename T, int tileTokens>
__device__ void storeSums(const PortablePlan& plan, const float (&sums)[2][tileTokens / 8][4], int firstToken) {
    const int lane = threadIdx.x % 32, firstRow = (blockIdx.x * warps + threadIdx.x / 32) * recordRows;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        const int row = firstRow + 8 * i + lane / 4;
        if (row >= plan.rows)
            continue;
        const float bias = plan.bias ? toFloat(static_cast<const T*>(plan.bias)[row]) : 0.0f;
#pragma unroll
        for (int n = 0; n < tileTokens / 8; ++n)
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                const int token = firstToken + 8 * n + lane % 4 * 2 + e;
                if (token < plan.tokens)
                    static_cast<T*>(plan.output)[token * plan.outputStride + row] =
                        fromFloat<T>(sums[i / 2][n][i % 2 * 2 + e] + bias);
            }
    }
}

// Grid: row tiles x token tiles x splits.
template <typename T, int bits, int tileTokens>
__global__ void __launch_bounds__(threads) portableKernel(PortablePlan plan) {
    extern __shared__ __align__(128) std::uint8_t shared[];
    const std::uint32_t base = sharedAddress(shared);
    const int stageBytes = inputBytes<tileTokens> + warps * plan.recordBytes;
    const int first = int(std::int64_t(blockIdx.z) * plan.columnBlocks / plan.splits);
    const int end = int(std::int64_t(blockIdx.z + 1) * plan.columnBlocks / plan.splits);
    const int firstToken = blockIdx.y * tileTokens;
    allowNextKernel();
    awaitPreviousKernel();
    for (int i = 0; i < stages - 1; ++i)
        copyStage<T, tileTokens>(plan, base + i * stageBytes, first + i, firstToken, first + i < end);
    float sums[2][tileTokens / 8][4] = {};
    int slot = 0;
    for (int block = first; block < end; ++block) {
        awaitCopies<stages - 2>();
        __syncthreads();
        const int free = slot == 0 ? stages - 1 : slot - 1, next = block + stages - 1;
        copyStage<T, tileTokens>(plan, base + free * stageBytes, next, firstToken, next < end);
        const std::uint32_t stage = base + slot * stageBytes;
        addBlock<T, bits, tileTokens>(sums, stage, stage + inputBytes<tileTokens> + threadIdx.x / 32 * plan.recordBytes,
                                      plan.groupsPerRecord);
        slot = slot + 1 == stages ? 0 : slot + 1;
    }
    if (plan.splits > 1) {
        constexpr int count = tileTokens; // of a thread's sums
        const int tile = blockIdx.y * gridDim.x + blockIdx.x;
        float* partials = plan.partials + std::int64_t(tile) * plan.splits * tileRows * tileTokens;
        if (!joinSplits<threads>(reinterpret_cast<float(&)[count]>(sums), partials, plan.counters + tile, blockIdx.z,
                                 plan.splits, int(threadIdx.x), [] { __syncthreads(); }))
            return;
    }
    storeSums<T, tileTokens>(plan, sums, firstToken);
}

// Enough splits to fill the device, none shorter than two column blocks.
int chooseSplits(std::int64_t tiles, int columnBlocks, int multiprocessors) {
    const std::int64_t wanted = divideUp(2 * multiprocessors, tiles);
    return int(std::clamp<std::int64_t>(wanted, 1, std::max(1, columnBlocks / 2)));
}

template <typename T, int bits, int tileTokens>
Status launchPortable(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    const PackedLayout& layout = args.weight.layout;
    PortablePlan plan{};
    plan.records = static_cast<const std::uint8_t*>(args.weight.data);
    plan.input = args.input;
    plan.bias = args.bias;
    plan.output = args.output;
    plan.inputStride = args.inputStride;
    plan.outputStride = args.outputStride;
    plan.tokens = int(args.tokens);
    plan.rows = int(layout.rows);
    plan.columns = int(layout.columns);
    plan.rowBlocks = int(layout.rowBlocks());
    plan.columnBlocks = int(layout.columnBlocks());
    plan.groupsPerRecord = layout.groupsPerRecord();
    plan.recordBytes = int(layout.recordBytes());
    const std::int64_t rowTiles = divideUp(plan.rowBlocks, warps), tokenTiles = divideUp(args.tokens, tileTokens);
    const std::int64_t tiles = rowTiles * tokenTiles, tileBytes = tileRows * tileTokens * 4;
    plan.counters = static_cast<unsigned*>(args.workspace);
    plan.partials = reinterpret_cast<float*>(static_cast<std::uint8_t*>(args.workspace) + linearCounterBytes);
    plan.splits = 1;
    if (args.workspace && tiles * 4 <= linearCounterBytes) {
        const std::int64_t room = (args.workspaceBytes - linearCounterBytes) / (tiles * tileBytes);
        plan.splits = int(std::max<std::int64_t>(
            1, std::min<std::int64_t>(room, chooseSplits(tiles, plan.columnBlocks, device.multiprocessors()))));
    }
    if (tokenTiles > 65535)
        return Status::badShape;
    LaunchShape shape;
    shape.grid = dim3(unsigned(rowTiles), unsigned(tokenTiles), unsigned(plan.splits));
    shape.block = dim3(threads);
    shape.sharedBytes = std::size_t(stages * (inputBytes<tileTokens> + warps * plan.recordBytes));
    shape.overlap = overlap;
    return launch(shape, stream, portableKernel<T, bits, tileTokens>, plan);
}

template <typename T, int bits>
Status runTokens(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    return args.tokens <= 16 ? launchPortable<T, bits, 16>(args, stream, overlap, device)
                             : launchPortable<T, bits, 64>(args, stream, overlap, device);
}

} // namespace

Status portableLinear(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    return withSixteenBitElement(args.type, [&](auto tag) {
        using T = typename decltype(tag)::Type;
        return args.weight.layout.bits == 4 ? runTokens<T, 4>(args, stream, overlap, device)
                                            : runTokens<T, 3>(args, stream, overlap, device);
    });
}

} // namespace awq::kernels::cuda

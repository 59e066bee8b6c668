// SPDX-License-Identifier: GPL-3.0-or-later
// W8A8 products for many tokens on Hopper: both operands come to shared memory by tensor maps; one warp copies, two
// warpgroups multiply 64 tokens x 256 rows each, a block goes from tile to tile.
#include <algorithm>

#include "kernels/cuda/int8_paths.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/sm90/bulk_copy.cuh"
#include "kernels/cuda/sm90/tensor_map.h"
#include "kernels/cuda/sm90/wgmma.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int tileTokens = 128, tileRows = 256, tileColumns = 128, consumers = 2, stages = 4;
constexpr int tokenBytes = tileTokens * tileColumns, rowBytes = tileRows * tileColumns,
              stageBytes = tokenBytes + rowBytes;
constexpr int threads = (consumers + 1) * 128;
constexpr int passRows = 64, passPitch = passRows * 2 + 16; // a warp writes 16 tokens x 64 rows at a time
constexpr int passBytes = 16 * passPitch;
constexpr int sharedBytes = 1024 + stages * stageBytes + consumers * 4 * passBytes + 16 * stages;

struct Int8Plan {
    Int8LinearArgs args;
    int rowTiles, tokenTiles, columnTiles;
    bool wideOutput; // eight rows of a token can be stored in one piece
};

struct Int8Tile {
    int firstToken, firstRow;

    // Tiles that run together: eight tiles of tokens by all rows in turn.
    __device__ Int8Tile(const Int8Plan& plan, int index) {
        constexpr int together = 8;
        const int perGroup = together * plan.rowTiles, group = index / perGroup, first = group * together;
        const int count = min(together, plan.tokenTiles - first), rest = index - group * perGroup;
        firstToken = (first + rest % count) * tileTokens;
        firstRow = rest / count * tileRows;
    }
};

__device__ inline void produce(const Int8Plan& plan, const CUtensorMap& input, const CUtensorMap& weight,
                               std::uint32_t base, std::uint32_t full, std::uint32_t empty) {
    int slot = 0;
    std::uint32_t parity = 1;
    for (int index = blockIdx.x; index < plan.rowTiles * plan.tokenTiles; index += gridDim.x) {
        const Int8Tile tile(plan, index);
        for (int k = 0; k < plan.columnTiles; ++k) {
            awaitBarrier(empty + 8 * slot, parity);
            arriveExpecting(full + 8 * slot, stageBytes);
            const std::uint32_t stage = base + slot * stageBytes;
            copyBox(stage, &input, k * tileColumns, tile.firstToken, full + 8 * slot);
            copyBox(stage + tokenBytes, &weight, k * tileColumns, tile.firstRow, full + 8 * slot);
            if (++slot == stages) {
                slot = 0;
                parity ^= 1;
            }
        }
    }
}

__device__ inline void storeMatrices(std::uint32_t address, const std::uint32_t (&matrices)[4]) {
    asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(address), "r"(matrices[0]),
                 "r"(matrices[1]), "r"(matrices[2]), "r"(matrices[3])
                 : "memory");
}

// A warp's 16 tokens x 256 rows, 64 rows at a time by way of `area`.
template <typename T>
__device__ void storeSums(const Int8Plan& plan, const std::int32_t (&sums)[128], int firstToken, int firstRow,
                          std::uint32_t area) {
    const Int8LinearArgs& args = plan.args;
    const int lane = threadIdx.x % 32;
    float tokenScales[2] = {}, rowSums[2] = {};
#pragma unroll
    for (int r = 0; r < 2; ++r)
        if (const int token = firstToken + lane / 4 + 8 * r; token < args.tokens) {
            tokenScales[r] = args.tokenScales[token];
            rowSums[r] = rowSumOf(args, token);
        }
#pragma unroll
    for (int pass = 0; pass < tileRows / passRows; ++pass) {
        __syncwarp();
#pragma unroll
        for (int j = 0; j < passRows / 8; j += 2) { // two 8-row tiles: four matrices of 8 tokens x 8 rows
            std::uint32_t matrices[4];
#pragma unroll
            for (int n = 0; n < 2; ++n) {
                const int row = firstRow + pass * passRows + (j + n) * 8 + lane % 4 * 2;
                Int8Row parameters[2];
#pragma unroll
                for (int e = 0; e < 2; ++e)
                    if (row + e < args.rows)
                        parameters[e] = Int8Row::of<T>(args, row + e);
#pragma unroll
                for (int r = 0; r < 2; ++r) {
                    const std::int32_t* two = sums + (pass * (passRows / 8) + j + n) * 4 + 2 * r;
                    matrices[2 * n + r] = packTwo<T>(parameters[0].value(two[0], tokenScales[r], rowSums[r]),
                                                     parameters[1].value(two[1], tokenScales[r], rowSums[r]));
                }
            }
            storeMatrices(area + lane % 16 * passPitch + (j + lane / 16) * 16, matrices);
        }
        __syncwarp();
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int token = firstToken + i * 4 + lane / 8, row = firstRow + pass * passRows + lane % 8 * 8;
            const uint4 v = loadShared16(area + (i * 4 + lane / 8) * passPitch + lane % 8 * 16);
            if (token >= args.tokens)
                continue;
            T* output = static_cast<T*>(args.output) + token * args.outputStride + row;
            if (plan.wideOutput && row + 8 <= args.rows) {
                *reinterpret_cast<uint4*>(output) = v;
                continue;
            }
            const std::uint32_t pairs[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
            for (int e = 0; e < 8; ++e)
                if (row + e < args.rows)
                    reinterpret_cast<std::uint16_t*>(output)[e] = std::uint16_t(pairs[e / 2] >> (16 * (e % 2)));
        }
    }
}

template <typename T>
__device__ void consume(const Int8Plan& plan, std::uint32_t base, std::uint32_t full, std::uint32_t empty,
                        std::uint32_t area) {
    const int warpgroup = threadIdx.x / 128 - 1, warp = threadIdx.x / 32 % 4;
    int slot = 0;
    std::uint32_t parity = 0;
    for (int index = blockIdx.x; index < plan.rowTiles * plan.tokenTiles; index += gridDim.x) {
        std::int32_t sums[128];
#pragma unroll
        for (std::int32_t& sum : sums)
            sum = 0;
        int previous = -1;
        for (int k = 0; k < plan.columnTiles; ++k) {
            awaitBarrier(full + 8 * slot, parity);
            const std::uint64_t a = operandOf(base + slot * stageBytes + warpgroup * 64 * tileColumns);
            const std::uint64_t b = operandOf(base + slot * stageBytes + tokenBytes);
            fenceProducts();
#pragma unroll
            for (int step = 0; step < tileColumns / 32; ++step)
                addInt8Products(sums, a + step * 2, b + step * 2);
            commitProducts();
            awaitProducts<1>();
            if (previous >= 0 && threadIdx.x % 128 == 0)
                arrive(empty + 8 * previous);
            previous = slot;
            if (++slot == stages) {
                slot = 0;
                parity ^= 1;
            }
        }
        awaitProducts<0>();
        if (threadIdx.x % 128 == 0)
            arrive(empty + 8 * previous);
        const Int8Tile tile(plan, index);
        storeSums<T>(plan, sums, tile.firstToken + warpgroup * 64 + warp * 16, tile.firstRow,
                     area + (warpgroup * 4 + warp) * passBytes);
    }
}

template <typename T>
__global__ void __launch_bounds__(threads, 1)
    int8MatrixKernel(const __grid_constant__ CUtensorMap input, const __grid_constant__ CUtensorMap weight,
                     const __grid_constant__ Int8Plan plan) {
    extern __shared__ std::uint8_t unaligned[];
    const std::uint32_t base = (sharedAddress(unaligned) + 1023) / 1024 * 1024, area = base + stages * stageBytes;
    const std::uint32_t full = area + consumers * 4 * passBytes, empty = full + 8 * stages;
    allowNextKernel();
    if (threadIdx.x == 0) {
        for (int i = 0; i < stages; ++i) {
            initBarrier(full + 8 * i, 1);
            initBarrier(empty + 8 * i, consumers);
        }
        publishBarriers();
    }
    __syncthreads();
    awaitPreviousKernel();
    if (threadIdx.x < 128) {
        giveRegisters<40>();
        if (threadIdx.x == 0)
            produce(plan, input, weight, base, full, empty);
    } else {
        takeRegisters<232>();
        consume<T>(plan, base, full, empty, area);
    }
}

} // namespace

Status int8Matrix(const Int8LinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    constexpr std::int64_t largestSize = 1 << 30;
    if (args.tokens > largestSize || args.rows > largestSize)
        return Status::badShape;
    CUtensorMap input, weight;
    if (!describeMatrix(input, CU_TENSOR_MAP_DATA_TYPE_UINT8, 1, args.input, args.tokens, args.columns, args.columns,
                        tileTokens) ||
        !describeMatrix(weight, CU_TENSOR_MAP_DATA_TYPE_UINT8, 1, args.weight, args.rows, args.columns, args.columns,
                        tileRows))
        return Status::unsupported;
    const Int8Plan plan{args, int(divideUp(args.rows, tileRows)), int(divideUp(args.tokens, tileTokens)),
                        int(divideUp(args.columns, tileColumns)), args.outputStride % 8 == 0 && isAligned(args.output)};
    LaunchShape shape;
    shape.grid = dim3(unsigned(std::min(plan.rowTiles * plan.tokenTiles, device.multiprocessors())));
    shape.block = dim3(threads);
    shape.sharedBytes = sharedBytes;
    shape.overlap = overlap;
    return withSixteenBitElement(args.type, [&](auto tag) {
        return launch(shape, stream, int8MatrixKernel<typename decltype(tag)::Type>, input, weight, plan);
    });
}

} // namespace awq::kernels::cuda

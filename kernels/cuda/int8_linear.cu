// SPDX-License-Identifier: GPL-3.0-or-later
// W8A8 products (int8_linear.h) by mma.sync, and the choice of a path: 128 rows x a tile of tokens a block.
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/int8_paths.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/ptx.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int warps = 4, threads = warps * 32, stages = 3, tileRows = 128, tileColumns = 128;
constexpr int pitch = tileColumns + 16; // bytes; keeps ldmatrix free of bank conflicts
constexpr std::int64_t fewTokens = 64;  // up to here the tiles of the wgmma path would be mostly empty

__device__ inline void multiplyAddInt8(std::int32_t (&c)[4], uint4 a, std::uint32_t b0, std::uint32_t b1) {
    asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
        : "r"(a.x), "r"(a.y), "r"(a.z), "r"(a.w), "r"(b0), "r"(b1));
}

// `rows` rows x 128 columns of a row-major matrix, zeros beyond its edges.
__device__ inline void copyRows(std::uint32_t to, const std::int8_t* matrix, std::int64_t firstRow, int rows,
                                std::int64_t rowCount, std::int64_t firstColumn, std::int64_t columns) {
    constexpr int pieces = tileColumns / 16;
    for (int i = threadIdx.x; i < rows * pieces; i += threads) {
        const std::int64_t row = firstRow + i / pieces, column = firstColumn + i % pieces * 16;
        const bool present = row < rowCount && column < columns;
        copyAsync16(to + i / pieces * pitch + i % pieces * 16, matrix + (present ? row * columns + column : 0),
                    present);
    }
}

// Grid: row tiles x token tiles.
template <typename T, int tileTokens>
__global__ void __launch_bounds__(threads) int8Kernel(Int8LinearArgs args) {
    extern __shared__ __align__(128) std::uint8_t shared[];
    constexpr int stageBytes = (tileRows + tileTokens) * pitch, tokenGroups = tileTokens / 8;
    const std::uint32_t base = sharedAddress(shared);
    const std::int64_t firstRow = std::int64_t(blockIdx.x) * tileRows,
                       firstToken = std::int64_t(blockIdx.y) * tileTokens;
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const auto copyStage = [&](std::int64_t column) {
        const std::uint32_t stage = base + int(column / tileColumns % stages) * stageBytes;
        if (column < args.columns) {
            copyRows(stage, args.weight, firstRow, tileRows, args.rows, column, args.columns);
            copyRows(stage + tileRows * pitch, args.input, firstToken, tileTokens, args.tokens, column, args.columns);
        }
        commitCopies();
    };
    allowNextKernel();
    awaitPreviousKernel();
    for (int i = 0; i < stages - 1; ++i)
        copyStage(i * tileColumns);
    std::int32_t sums[2][tokenGroups][4] = {}; // the warp's 32 rows in tiles of 16
    for (std::int64_t column = 0; column < args.columns; column += tileColumns) {
        awaitCopies<stages - 2>();
        __syncthreads();
        copyStage(column + (stages - 1) * tileColumns);
        const std::uint32_t stage = base + int(column / tileColumns % stages) * stageBytes;
        const std::uint32_t weights = stage + (warp * 32 + lane % 16) * pitch + lane / 16 * 16;
        const std::uint32_t tokens = stage + (tileRows + lane % 8 + lane / 16 * 8) * pitch + lane / 8 % 2 * 16;
#pragma unroll
        for (int k = 0; k < tileColumns; k += 32) {
            const uint4 a[2] = {loadMatrices(weights + k), loadMatrices(weights + 16 * pitch + k)};
#pragma unroll
            for (int n = 0; n < tokenGroups; n += 2) {
                const uint4 b = loadMatrices(tokens + n * 8 * pitch + k);
#pragma unroll
                for (int r = 0; r < 2; ++r) {
                    multiplyAddInt8(sums[r][n], a[r], b.x, b.y);
                    multiplyAddInt8(sums[r][n + 1], a[r], b.z, b.w);
                }
            }
        }
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        const std::int64_t row = firstRow + warp * 32 + 8 * i + lane / 4;
        if (row >= args.rows)
            continue;
        const Int8Row parameters = Int8Row::of<T>(args, row);
#pragma unroll
        for (int n = 0; n < tokenGroups; ++n)
#pragma unroll
            for (int e = 0; e < 2; ++e) {
                const std::int64_t token = firstToken + 8 * n + lane % 4 * 2 + e;
                if (token < args.tokens)
                    static_cast<T*>(args.output)[token * args.outputStride + row] = fromFloat<T>(parameters.value(
                        sums[i / 2][n][i % 2 * 2 + e], args.tokenScales[token], rowSumOf(args, token)));
            }
    }
}

template <typename T, int tileTokens>
Status launchInt8(const Int8LinearArgs& args, Stream stream, Overlap overlap) {
    LaunchShape shape;
    shape.grid = dim3(unsigned(divideUp(args.rows, tileRows)), unsigned(divideUp(args.tokens, tileTokens)));
    shape.block = dim3(threads);
    shape.sharedBytes = std::size_t(stages * (tileRows + tileTokens) * pitch);
    shape.overlap = overlap;
    if (shape.grid.y > 65535)
        return Status::badShape;
    return launch(shape, stream, int8Kernel<T, tileTokens>, args);
}

} // namespace

Status int8Linear(const Int8LinearArgs& args, Stream stream, Overlap overlap) {
    return onDeviceOf(args.output, args, [&](const DeviceGuard& device) {
        if (!isAligned(args.input) || !isAligned(args.weight))
            return Status::badStride;
        const Overlap mode = supported(overlap, device);
        if (device.capability() == 90 && args.tokens > fewTokens)
            return int8Matrix(args, stream, mode, device);
        return withSixteenBitElement(args.type, [&](auto tag) {
            using T = typename decltype(tag)::Type;
            return args.tokens <= 16 ? launchInt8<T, 16>(args, stream, mode) : launchInt8<T, 64>(args, stream, mode);
        });
    });
}

} // namespace awq::kernels::cuda

// SPDX-License-Identifier: GPL-3.0-or-later
// Per-group Gram matrices (group_gram.h): blocks of 128 channels and a range of tokens, partial sums added in order.
#include "kernels/common/argument_checks.h"
#include "kernels/common/workspace.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/numeric.cuh"
#include "kernels/cuda/ptx.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int tileChannels = 128, tileTokens = 64, stages = 3, threads = 256;
constexpr int stageBytes = tileTokens * tileChannels * 2;

// How eight warps share the diagonal blocks of a 128-channel tile: each has mTiles x nTiles products of 16 x 8.
template <int groupSize>
struct WarpShare {
    static constexpr int warpsPerGroup = groupSize / 16;
    static constexpr int warpsAcross = groupSize == 32 ? 1 : 2;
    static constexpr int mTiles = groupSize == 32 ? 1 : 2;
    static constexpr int nTiles = groupSize / 8 / warpsAcross;
    int firstChannel; // of the group, in the tile
    int m, n;         // first row and column in the group

    __device__ explicit WarpShare(int warp) {
        firstChannel = warp / warpsPerGroup * groupSize;
        m = warp % warpsPerGroup / warpsAcross * (16 * mTiles);
        n = warp % warpsAcross * (8 * nTiles);
    }
};

// Sixteen-byte piece `piece` of a token's 256 bytes; swizzled so that eight tokens fall into different banks.
__device__ inline std::uint32_t pieceOffset(int token, int piece) {
    return token * (tileChannels * 2) + ((piece ^ (token & 7)) * 16);
}

// Copies 64 tokens x 128 channels, zeros beyond the end.
template <typename T>
__device__ void copyTile(const GroupGramArgs& args, std::uint32_t stage, std::int64_t firstToken, std::int64_t endToken,
                         std::int64_t firstChannel) {
#pragma unroll
    for (int i = 0; i < tileTokens * tileChannels / 8 / threads; ++i) {
        const int index = threadIdx.x + i * threads, token = index / 16, piece = index % 16;
        const std::int64_t t = firstToken + token, channel = firstChannel + piece * 8;
        const bool present = t < endToken && channel < args.columns;
        const T* input = static_cast<const T*>(args.input) + (present ? t * args.inputStride + channel : 0);
        copyAsync16(stage + pieceOffset(token, piece), input, present);
    }
    commitCopies();
}

// Partials: [splits][columns][groupSize], then [splits][columns] magnitudes.
template <typename T, int groupSize>
__global__ void __launch_bounds__(threads) groupGramKernel(GroupGramArgs args, std::int64_t tokensPerSplit) {
    using Share = WarpShare<groupSize>;
    extern __shared__ __align__(128) std::uint8_t shared[];
    const std::uint32_t base = sharedAddress(shared);
    const int lane = threadIdx.x % 32;
    const Share share(threadIdx.x / 32);
    const std::int64_t firstChannel = std::int64_t(blockIdx.x) * tileChannels, split = blockIdx.y;
    const std::int64_t firstToken = split * tokensPerSplit, endToken = min(firstToken + tokensPerSplit, args.tokens);
    const int tiles = int((endToken - firstToken + tileTokens - 1) / tileTokens);

    float sums[Share::mTiles][Share::nTiles][4] = {};
    float magnitudes[2] = {};
    const int pair = threadIdx.x % 64, tokenQuarter = threadIdx.x / 64;

    for (int i = 0; i < stages - 1; ++i)
        copyTile<T>(args, base + i * stageBytes, firstToken + i * tileTokens, endToken, firstChannel);
    for (int tile = 0; tile < tiles; ++tile) {
        awaitCopies<stages - 2>();
        __syncthreads();
        copyTile<T>(args, base + (tile + stages - 1) % stages * stageBytes,
                    firstToken + (tile + stages - 1) * tileTokens, endToken, firstChannel);
        const int slot = tile % stages;
        const std::uint32_t stage = base + slot * stageBytes;
#pragma unroll
        for (int k = 0; k < tileTokens; k += 16) {
            uint4 a[Share::mTiles];
#pragma unroll
            for (int m = 0; m < Share::mTiles; ++m) {
                const int token = k + lane % 8 + lane / 16 * 8;
                const int channel = share.firstChannel + share.m + 16 * m + lane / 8 % 2 * 8;
                a[m] = loadMatricesTransposed(stage + pieceOffset(token, channel / 8));
            }
#pragma unroll
            for (int n = 0; n < Share::nTiles; n += 2) {
                const int token = k + lane % 8 + lane / 8 % 2 * 8;
                const int channel = share.firstChannel + share.n + 8 * n + lane / 16 * 8;
                const uint4 b = loadMatricesTransposed(stage + pieceOffset(token, channel / 8));
#pragma unroll
                for (int m = 0; m < Share::mTiles; ++m) {
                    multiplyAdd<T>(sums[m][n], a[m].x, a[m].y, a[m].z, a[m].w, b.x, b.y);
                    multiplyAdd<T>(sums[m][n + 1], a[m].x, a[m].y, a[m].z, a[m].w, b.z, b.w);
                }
            }
        }
#pragma unroll
        for (int i = 0; i < tileTokens / 4; ++i) {
            const int token = tokenQuarter * (tileTokens / 4) + i;
            const std::uint32_t offset = slot * stageBytes + pieceOffset(token, pair / 4) + pair % 4 * 4;
            const float2 values = unpackTwo<T>(*reinterpret_cast<const std::uint32_t*>(shared + offset));
            magnitudes[0] += fabsf(values.x);
            magnitudes[1] += fabsf(values.y);
        }
    }

    float* partial = static_cast<float*>(args.workspace) + split * args.columns * groupSize;
#pragma unroll
    for (int m = 0; m < Share::mTiles; ++m)
#pragma unroll
        for (int n = 0; n < Share::nTiles; ++n)
#pragma unroll
            for (int half = 0; half < 2; ++half) {
                const int row = share.m + 16 * m + 8 * half + lane / 4, column = share.n + 8 * n + lane % 4 * 2;
                const std::int64_t channel = firstChannel + share.firstChannel + row;
                if (channel < args.columns)
                    *reinterpret_cast<float2*>(partial + channel * groupSize + column) =
                        make_float2(sums[m][n][2 * half], sums[m][n][2 * half + 1]);
            }
    // Magnitudes of the four token quarters meet in shared memory.
    awaitCopies<0>();
    __syncthreads();
    float* quarters = reinterpret_cast<float*>(shared);
    quarters[tokenQuarter * tileChannels + 2 * pair] = magnitudes[0];
    quarters[tokenQuarter * tileChannels + 2 * pair + 1] = magnitudes[1];
    __syncthreads();
    const std::int64_t channel = firstChannel + threadIdx.x;
    if (threadIdx.x < tileChannels && channel < args.columns) {
        float sum = 0;
        for (int quarter = 0; quarter < 4; ++quarter)
            sum += quarters[quarter * tileChannels + threadIdx.x];
        float* all = static_cast<float*>(args.workspace) + gridDim.y * args.columns * groupSize;
        all[split * args.columns + channel] = sum;
    }
}

// out[i] += sum over splits of partials[split][i], for the Gram matrices and the magnitudes.
__global__ void addPartialsKernel(GroupGramArgs args, std::int64_t splits) {
    const std::int64_t gramSize = args.columns * args.groupSize;
    std::int64_t i = std::int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    const float* partials = static_cast<const float*>(args.workspace);
    float* out = args.gram;
    std::int64_t size = gramSize;
    if (i >= gramSize) {
        i -= gramSize;
        partials += splits * gramSize;
        out = args.magnitude;
        size = args.columns;
    }
    if (i >= size)
        return;
    float sum = 0;
    for (std::int64_t split = 0; split < splits; ++split)
        sum += partials[split * size + i];
    out[i] += sum;
}

// A block for each group.
__global__ void normalizeGroupGramKernel(NormalizeGroupGramArgs args) {
    __shared__ float roots[128];
    const int size = int(args.groupSize);
    const std::int64_t group = blockIdx.x;
    const float* gram = args.gram + group * size * size;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        roots[i] = sqrtf(gram[i * size + i]);
        const std::int64_t channel = group * size + i;
        args.norms[channel] = args.channelScale ? roots[i] / args.channelScale[channel] : roots[i];
    }
    __syncthreads();
    __half* correlations = static_cast<__half*>(args.correlations) + group * size * size;
    for (int i = threadIdx.x; i < size * size; i += blockDim.x) {
        const float row = roots[i / size], column = roots[i % size];
        // One after the other: their product may leave the range of float32.
        const float correlation = row > 0 && column > 0 ? gram[i] / row / column : 0.0f;
        correlations[i] = __float2half_rn(correlation);
    }
}

template <typename T>
Status launchGroupGram(const GroupGramArgs& args, std::int64_t splits, Stream stream) {
    const std::int64_t tokensPerSplit = divideUp(divideUp(args.tokens, splits), tileTokens) * tileTokens;
    LaunchShape shape;
    shape.grid = dim3(unsigned(divideUp(args.columns, tileChannels)), unsigned(splits));
    shape.block = dim3(threads);
    shape.sharedBytes = stages * stageBytes;
    switch (args.groupSize) {
    case 32:
        return launch(shape, stream, groupGramKernel<T, 32>, args, tokensPerSplit);
    case 64:
        return launch(shape, stream, groupGramKernel<T, 64>, args, tokensPerSplit);
    default:
        return launch(shape, stream, groupGramKernel<T, 128>, args, tokensPerSplit);
    }
}

} // namespace

Status groupGram(const GroupGramArgs& args, Stream stream) {
    return onDeviceOf(args.gram, args, [&](const DeviceGuard&) {
        if (!isAligned(args.input) || !args.workspace || args.workspaceBytes < groupGramWorkspace(args))
            return Status::badStride;
        const std::int64_t splits = groupGramSplits(args);
        const Status status = withSixteenBitElement(
            args.type, [&](auto tag) { return launchGroupGram<typename decltype(tag)::Type>(args, splits, stream); });
        if (status != Status::ok)
            return status;
        LaunchShape shape;
        shape.block = dim3(256);
        shape.grid = dim3(unsigned(divideUp(args.columns * (args.groupSize + 1), 256)));
        return launch(shape, stream, addPartialsKernel, args, splits);
    });
}

Status normalizeGroupGram(const NormalizeGroupGramArgs& args, Stream stream) {
    return onDeviceOf(args.correlations, args, [&](const DeviceGuard&) {
        LaunchShape shape;
        shape.grid = dim3(unsigned(args.groups));
        shape.block = dim3(256);
        return launch(shape, stream, normalizeGroupGramKernel, args);
    });
}

} // namespace awq::kernels::cuda

// SPDX-License-Identifier: GPL-3.0-or-later
// Decode attention (attention.h). A block takes up to sixteen query heads of one key head and a range of keys; each of
// its warps walks sixteen keys of every 64-key tile with a softmax of its own. Warps, then key ranges, are merged.
#include "kernels/common/argument_checks.h"
#include "kernels/common/workspace.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/numeric.cuh"
#include "kernels/cuda/ptx.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int warps = 4, threads = warps * 32, stages = 2;
constexpr int tileKeys = int(keysPerTile), warpKeys = tileKeys / warps;
constexpr int queryHeads = int(headsPerTile);
static_assert(warpKeys == 16, "a warp's keys are the depth of one tensor core product");

template <int headDim>
struct Shape {
    static constexpr int pitch = headDim + 8; // elements; keeps ldmatrix free of bank conflicts
    static constexpr int steps = headDim / 16;
    static constexpr int tensorBytes = tileKeys * pitch * 2, stageBytes = 2 * tensorBytes; // keys, then values
    static constexpr int sharedBytes = stages * stageBytes;
};

struct KeyRange {
    std::int64_t first, end;
};

// The keys of this sample that the block's part covers, the first rounded down to a tile.
__device__ inline KeyRange keyRange(const DecodeAttentionArgs& args, const AttentionSplit& split, std::int64_t sample,
                                    std::int64_t part) {
    const std::int64_t length = args.lengths[sample];
    const std::int64_t oldest = args.window > 0 && length > args.window ? length - args.window : 0;
    const std::int64_t start = oldest / tileKeys * tileKeys + part * split.keys;
    // A window that does not start at a tile may need one tile more than planned: the last part takes it.
    const std::int64_t end = part + 1 == split.count ? length : min(start + split.keys, length);
    return {start, end};
}

__device__ inline std::int64_t keyOffset(const DecodeAttentionArgs& args, std::int64_t sample, std::int64_t kvHead,
                                         std::int64_t key) {
    const std::int64_t head = kvHead * args.headStride;
    if (!args.blockTable)
        return sample * args.batchStride + head + key * args.tokenStride;
    const int position = int(key), pageSize = int(args.pageSize);
    const std::int64_t page = args.blockTable[sample * args.blockTableStride + position / pageSize];
    return page * args.pageStride + head + position % pageSize * args.tokenStride;
}

// Copies the keys and values first .. first + 63 of one head, zeros from `end` on.
template <typename T, int headDim>
__device__ void copyTile(const DecodeAttentionArgs& args, std::uint32_t stage, std::int64_t sample, std::int64_t kvHead,
                         std::int64_t first, std::int64_t end) {
    constexpr int pieces = headDim / 8;
    for (int i = threadIdx.x; i < tileKeys * pieces; i += threads) {
        const int key = i / pieces, piece = i % pieces;
        const bool present = first + key < end;
        const std::int64_t offset = present ? keyOffset(args, sample, kvHead, first + key) + piece * 8 : 0;
        const std::uint32_t to = stage + (key * Shape<headDim>::pitch + piece * 8) * 2;
        copyAsync16(to, static_cast<const T*>(args.keys) + offset, present);
        copyAsync16(to + Shape<headDim>::tensorBytes, static_cast<const T*>(args.values) + offset, present);
    }
    commitCopies();
}

// A warp's state: for the two heads of a lane (rows lane/4 and lane/4 + 8) the largest score, the sum of weights, and
// the weighted values as 16 x 8 product tiles.
template <typename T, int headDim>
struct WarpState {
    static constexpr int steps = Shape<headDim>::steps;
    std::uint32_t query[steps][4];
    float sums[2 * steps][4];
    float largest[2], total[2], slopes[2];

    __device__ WarpState(const DecodeAttentionArgs& args, std::int64_t sample, std::int64_t firstHead,
                         std::int64_t endHead) {
        const int lane = threadIdx.x % 32;
#pragma unroll
        for (int r = 0; r < 2; ++r) {
            const std::int64_t head = firstHead + lane / 4 + 8 * r;
            const bool exists = head < endHead;
            const T* row = static_cast<const T*>(args.query) + (sample * args.heads + (exists ? head : 0)) * headDim;
            largest[r] = -INFINITY;
            total[r] = 0;
            slopes[r] = args.slopes && exists ? args.slopes[head] : 0.0f;
#pragma unroll
            for (int s = 0; s < steps; ++s)
#pragma unroll
                for (int h = 0; h < 2; ++h)
                    query[s][2 * h + r] =
                        exists ? *reinterpret_cast<const std::uint32_t*>(row + 16 * s + 8 * h + lane % 4 * 2) : 0;
        }
#pragma unroll
        for (int n = 0; n < 2 * steps; ++n)
#pragma unroll
            for (int i = 0; i < 4; ++i)
                sums[n][i] = 0;
    }

    // Scores of sixteen keys: [8-key tile][row, column], the lane's heads and keys 8 tile + 2 (lane % 4) + {0, 1}.
    __device__ void score(std::uint32_t keys, float (&scores)[2][4]) const {
        const int lane = threadIdx.x % 32;
        const std::uint32_t address =
            keys + ((lane % 8 + lane / 16 * 8) * Shape<headDim>::pitch + lane / 8 % 2 * 8) * 2;
#pragma unroll
        for (int s = 0; s < steps; ++s) {
            const uint4 b = loadMatrices(address + s * 32);
            multiplyAdd<T>(scores[0], query[s][0], query[s][1], query[s][2], query[s][3], b.x, b.y);
            multiplyAdd<T>(scores[1], query[s][0], query[s][1], query[s][2], query[s][3], b.z, b.w);
        }
    }

    // One step of the running softmax; turns scores into weights and rescales the sums.
    __device__ void soften(float (&scores)[2][4]) {
#pragma unroll
        for (int r = 0; r < 2; ++r) {
            float highest =
                fmaxf(fmaxf(scores[0][2 * r], scores[0][2 * r + 1]), fmaxf(scores[1][2 * r], scores[1][2 * r + 1]));
            highest = fmaxf(highest, __shfl_xor_sync(0xffffffffu, highest, 1));
            highest = fmaxf(highest, __shfl_xor_sync(0xffffffffu, highest, 2));
            const float now = fmaxf(largest[r], highest);
            const float base = now == -INFINITY ? 0.0f : now; // nothing seen yet: all weights are exp(-inf) = 0
            const float factor = __expf(largest[r] - base);
            largest[r] = now;
            total[r] *= factor;
#pragma unroll
            for (int n = 0; n < 2 * steps; ++n) {
                sums[n][2 * r] *= factor;
                sums[n][2 * r + 1] *= factor;
            }
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                float& weight = scores[i / 2][2 * r + i % 2];
                weight = __expf(weight - base);
                total[r] += weight; // of the lane's own keys; lanes meet at the end
            }
        }
    }

    __device__ void addValues(std::uint32_t values, const float (&weights)[2][4]) {
        const int lane = threadIdx.x % 32;
        const std::uint32_t a0 = packTwo<T>(weights[0][0], weights[0][1]),
                            a1 = packTwo<T>(weights[0][2], weights[0][3]);
        const std::uint32_t a2 = packTwo<T>(weights[1][0], weights[1][1]),
                            a3 = packTwo<T>(weights[1][2], weights[1][3]);
        const std::uint32_t address = values + ((lane % 16) * Shape<headDim>::pitch + lane / 16 * 8) * 2;
#pragma unroll
        for (int s = 0; s < steps; ++s) {
            const uint4 b = loadMatricesTransposed(address + s * 32);
            multiplyAdd<T>(sums[2 * s], a0, a1, a2, a3, b.x, b.y);
            multiplyAdd<T>(sums[2 * s + 1], a0, a1, a2, a3, b.z, b.w);
        }
    }
};

// The four warps' states of one head meet here. Lies over the tiles, which are no longer needed.
template <int headDim>
struct MergeArea {
    float sums[warps][queryHeads][headDim];
    float largest[warps][queryHeads], total[warps][queryHeads];
};

template <typename T, int headDim>
__device__ void shareState(WarpState<T, headDim>& state, MergeArea<headDim>& area) {
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
#pragma unroll
    for (int r = 0; r < 2; ++r) {
        const int head = lane / 4 + 8 * r;
        const float total = reduceLanes(state.total[r], Sum(), 4);
        if (lane % 4 == 0) {
            area.largest[warp][head] = state.largest[r];
            area.total[warp][head] = total;
        }
#pragma unroll
        for (int n = 0; n < 2 * Shape<headDim>::steps; ++n) {
            area.sums[warp][head][8 * n + lane % 4 * 2] = state.sums[n][2 * r];
            area.sums[warp][head][8 * n + lane % 4 * 2 + 1] = state.sums[n][2 * r + 1];
        }
    }
}

// Parts of the workspace: sums [split][batch][heads][headDim], then (largest, total) pairs [split][batch][heads].
__device__ inline float2* partTotals(const DecodeAttentionArgs& args, std::int64_t parts) {
    float* sums = static_cast<float*>(args.workspace);
    return reinterpret_cast<float2*>(sums + parts * args.batch * args.heads * args.headDim);
}

template <typename T, int headDim>
__device__ void mergeWarps(const DecodeAttentionArgs& args, const AttentionSplit& split, const MergeArea<headDim>& area,
                           std::int64_t sample, std::int64_t firstHead, std::int64_t endHead, std::int64_t part) {
    for (int i = threadIdx.x; i < queryHeads * headDim; i += threads) {
        const int head = i / headDim, d = i % headDim;
        if (firstHead + head >= endHead)
            break;
        float largest = -INFINITY, total = 0, sum = 0;
        for (int w = 0; w < warps; ++w)
            largest = fmaxf(largest, area.largest[w][head]);
        const float base = largest == -INFINITY ? 0.0f : largest;
        for (int w = 0; w < warps; ++w) {
            const float factor = __expf(area.largest[w][head] - base);
            total += factor * area.total[w][head];
            sum += factor * area.sums[w][head][d];
        }
        const std::int64_t row = sample * args.heads + firstHead + head;
        if (split.count == 1) {
            const float value = total == 0 ? 0.0f : sum / total;
            static_cast<T*>(args.output)[row * headDim + d] = fromFloat<T>(value);
            continue;
        }
        const std::int64_t partRow = part * args.batch * args.heads + row;
        static_cast<float*>(args.workspace)[partRow * headDim + d] = sum;
        if (d == 0)
            partTotals(args, split.count)[partRow] = make_float2(largest, total);
    }
}

// Grid: split x (kvHeads * headTiles) x batch.
template <typename T, int headDim>
__global__ void __launch_bounds__(threads) attentionKernel(DecodeAttentionArgs args, AttentionSplit split) {
    extern __shared__ __align__(128) std::uint8_t shared[];
    const std::uint32_t base = sharedAddress(shared);
    allowNextKernel();
    awaitPreviousKernel();
    const std::int64_t part = blockIdx.x, sample = blockIdx.z;
    const std::int64_t kvHead = blockIdx.y / split.headTiles, headTile = blockIdx.y % split.headTiles;
    const std::int64_t sharing = args.heads / args.kvHeads;
    const std::int64_t firstHead = kvHead * sharing + headTile * queryHeads, endHead = (kvHead + 1) * sharing;
    const KeyRange range = keyRange(args, split, sample, part);
    const std::int64_t length = args.lengths[sample];
    const std::int64_t oldest = args.window > 0 ? length - args.window : 0;
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;

    for (int i = 0; i < stages - 1; ++i)
        copyTile<T, headDim>(args, base + i * Shape<headDim>::stageBytes, sample, kvHead, range.first + i * tileKeys,
                             range.end);
    WarpState<T, headDim> state(args, sample, firstHead, endHead);
    int slot = 0;
    for (std::int64_t first = range.first; first < range.end; first += tileKeys) {
        awaitCopies<stages - 2>();
        __syncthreads();
        const int free = slot == 0 ? stages - 1 : slot - 1;
        copyTile<T, headDim>(args, base + free * Shape<headDim>::stageBytes, sample, kvHead,
                             first + (stages - 1) * tileKeys, range.end);
        const std::uint32_t keys =
            base + slot * Shape<headDim>::stageBytes + warp * warpKeys * Shape<headDim>::pitch * 2;
        slot = slot + 1 == stages ? 0 : slot + 1;
        float scores[2][4] = {};
        state.score(keys, scores);
#pragma unroll
        for (int i = 0; i < 8; ++i) {
            const int r = i / 2 % 2;
            const std::int64_t key = first + warp * warpKeys + i / 4 * 8 + lane % 4 * 2 + i % 2;
            float& score = scores[i / 4][i % 4];
            score = score * args.scale + state.slopes[r] * float(key - (length - 1));
            if (key >= range.end || key < oldest)
                score = -INFINITY;
        }
        state.soften(scores);
        state.addValues(keys + Shape<headDim>::tensorBytes, scores);
    }
    awaitCopies<0>();
    __syncthreads();
    auto& area = *reinterpret_cast<MergeArea<headDim>*>(shared);
    shareState(state, area);
    __syncthreads();
    mergeWarps<T, headDim>(args, split, area, sample, firstHead, endHead, part);
}

// Merges the key ranges; a block for each head of each sample.
template <typename T>
__global__ void combineKernel(DecodeAttentionArgs args, std::int64_t parts) {
    allowNextKernel();
    awaitPreviousKernel();
    const std::int64_t row = blockIdx.x, rows = args.batch * args.heads;
    const float* sums = static_cast<const float*>(args.workspace);
    const float2* totals = partTotals(args, parts);
    float largest = -INFINITY;
    for (std::int64_t part = 0; part < parts; ++part)
        largest = fmaxf(largest, totals[part * rows + row].x);
    const float base = largest == -INFINITY ? 0.0f : largest;
    for (int d = threadIdx.x; d < args.headDim; d += blockDim.x) {
        float total = 0, sum = 0;
        for (std::int64_t part = 0; part < parts; ++part) {
            const float2 one = totals[part * rows + row];
            const float factor = __expf(one.x - base);
            total += factor * one.y;
            sum += factor * sums[(part * rows + row) * args.headDim + d];
        }
        static_cast<T*>(args.output)[row * args.headDim + d] = fromFloat<T>(total == 0 ? 0.0f : sum / total);
    }
}

template <typename T, int headDim>
Status launchAttention(const DecodeAttentionArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    constexpr int bytes = Shape<headDim>::sharedBytes;
    static_assert(sizeof(MergeArea<headDim>) <= bytes, "the merge area lies over the tiles");
    const int available = device.attribute(cudaDevAttrMaxSharedMemoryPerMultiprocessor);
    if (bytes > device.attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin))
        return Status::unsupported;
    const AttentionSplit split = attentionSplit(args, device.multiprocessors(), available / (bytes + 1024));
    LaunchShape shape;
    shape.grid = dim3(unsigned(split.count), unsigned(args.kvHeads * split.headTiles), unsigned(args.batch));
    shape.block = dim3(threads);
    shape.sharedBytes = bytes;
    shape.overlap = overlap;
    const Status status = launch(shape, stream, attentionKernel<T, headDim>, args, split);
    if (status != Status::ok || split.count == 1)
        return status;
    LaunchShape combine;
    combine.grid = dim3(unsigned(args.batch * args.heads));
    combine.block = dim3(128);
    combine.overlap = overlap;
    return launch(combine, stream, combineKernel<T>, args, split.count);
}

template <typename T>
Status launchForHeadDim(const DecodeAttentionArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    switch (args.headDim) {
    case 64:
        return launchAttention<T, 64>(args, stream, overlap, device);
    case 80:
        return launchAttention<T, 80>(args, stream, overlap, device);
    case 96:
        return launchAttention<T, 96>(args, stream, overlap, device);
    case 128:
        return launchAttention<T, 128>(args, stream, overlap, device);
    case 160:
        return launchAttention<T, 160>(args, stream, overlap, device);
    case 192:
        return launchAttention<T, 192>(args, stream, overlap, device);
    case 256:
        return launchAttention<T, 256>(args, stream, overlap, device);
    default:
        return Status::badShape;
    }
}

} // namespace

Status decodeAttention(const DecodeAttentionArgs& args, Stream stream, Overlap overlap) {
    return onDeviceOf(args.output, args, [&](const DeviceGuard& device) {
        if (!isSixteenBit(args.type))
            return Status::badDType;
        for (const std::int64_t stride : {args.batchStride, args.headStride, args.tokenStride, args.pageStride})
            if (stride % 8 != 0)
                return Status::badStride;
        if (!isAligned(args.keys) || !isAligned(args.values) || !isAligned(args.query, 4))
            return Status::badStride;
        if (args.batch > 65535 || args.workspaceBytes < decodeAttentionWorkspace(args) || !args.workspace)
            return Status::badShape;
        return withSixteenBitElement(args.type, [&](auto tag) {
            return launchForHeadDim<typename decltype(tag)::Type>(args, stream, supported(overlap, device), device);
        });
    });
}

} // namespace awq::kernels::cuda

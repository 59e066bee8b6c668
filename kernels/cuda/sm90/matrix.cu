// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products for many tokens on Hopper, as Y^T = W X^T: dequantized weights are the register operand of wgmma,
// activations come by tensor maps. One warp copies, two or more warpgroups multiply; a warp owns one record of 32 rows.
#include "kernels/cuda/sm90/matrix.cuh"

#include <algorithm>

#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/packed_paths.h"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/sm90/bulk_copy.cuh"
#include "kernels/cuda/sm90/tensor_map.h"
#include "kernels/cuda/sm90/wgmma.cuh"
#include "kernels/cuda/split_join.cuh"
#include "kernels/cuda/weight_fragments.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int warpgroupThreads = 128;
constexpr int largestStages = 8;
constexpr int transposeBytes = 32 * 80; // for each warp: 32 tokens x 32 rows, padded

// depth 1: two warpgroups, 128 rows each, and a block that goes from tile to tile. depth 2: two warpgroups take the
// same 128 rows and every other column block, and add their sums; one tile a block.
template <int tileTokens, int depth>
struct Tile {
    static constexpr int consumers = 2;
    static constexpr int records = depth == 1 ? 8 : 4, rows = records * recordRows;
    static constexpr int inputBytes = tileTokens * recordColumns * 2;
    static constexpr int threads = (consumers + 1) * warpgroupThreads;
    static constexpr int sumFloats = rows * tileTokens;
};

// Shared memory: stages (activations, then records), barriers, transpose areas.
struct MatrixMemory {
    std::uint32_t stages, full, empty, transpose;

    __device__ MatrixMemory(const MatrixPlan& plan, std::uint32_t base)
        : stages(base), full(base + plan.stages * plan.stageBytes), empty(full + 8 * largestStages),
          transpose(empty + 8 * largestStages) {}

    static constexpr int extraBytes = 16 * largestStages + 8 * transposeBytes;
};

// Walks the ring of stages.
struct StagePosition {
    int slot = 0;
    std::uint32_t parity;

    __device__ explicit StagePosition(std::uint32_t firstParity) : parity(firstParity) {}
    __device__ void advance(int stages, int by) {
        for (int i = 0; i < by; ++i)
            if (++slot == stages) {
                slot = 0;
                parity ^= 1;
            }
    }
};

template <int tileTokens, int depth>
__device__ void produce(const MatrixPlan& plan, const CUtensorMap& input, const MatrixMemory& memory, int parts) {
    using Shape = Tile<tileTokens, depth>;
    StagePosition position(1);
    bool waited = false;
    for (int index = blockIdx.x; index < parts; index += gridDim.x) {
        const MatrixTile tile(plan, index);
        const int firstRecord = tile.rowTile * Shape::records,
                  records = min(Shape::records, plan.rowBlocks - firstRecord);
        for (int block = tile.firstBlock(plan); block < tile.endBlock(plan); ++block) {
            const std::uint32_t barrier = memory.full + 8 * position.slot;
            awaitBarrier(memory.empty + 8 * position.slot, position.parity);
            arriveExpecting(barrier, Shape::inputBytes + records * plan.recordBytes);
            const std::uint32_t stage = memory.stages + position.slot * plan.stageBytes;
#pragma unroll 1
            for (int i = 0; i < records; ++i)
                copyBulk(stage + Shape::inputBytes + i * plan.recordBytes,
                         plan.records + (std::int64_t(firstRecord + i) * plan.columnBlocks + block) * plan.recordBytes,
                         plan.recordBytes, barrier);
            if (!waited)
                awaitPreviousKernel(); // until here only weights were touched
            waited = true;
            copyBox(stage, &input, block * recordColumns, tile.tokenTile * tileTokens, barrier);
            copyBox(stage + Shape::inputBytes / 2, &input, block * recordColumns + 64, tile.tokenTile * tileTokens,
                    barrier);
            position.advance(plan.stages, 1);
        }
    }
}

// A warp's sums: 16-row tile r of its record, token t of lane 4 gr + q: [4 (t / 8) + 2 (row / 8) + t % 2], t % 8 / 2 =
// q.
template <int tileTokens>
using WarpSums = float[2][tileTokens / 2];

// sums += record . activations of one column block.
template <typename T, int bits, int tileTokens>
__device__ void addBlock(WarpSums<tileTokens>& sums, std::uint32_t activations, std::uint32_t record, int groups) {
    const int lane = threadIdx.x % 32;
    const std::uint64_t operand = operandOf(activations);
    std::uint32_t words[4][bits]; // by row of the lane: 8 i + lane / 4
#pragma unroll
    for (int chunk = 0; chunk < bits; ++chunk) {
        const uint4 v = loadShared16(record + chunk * 512 + lane * 16);
        words[0][chunk] = v.x, words[1][chunk] = v.y, words[2][chunk] = v.z, words[3][chunk] = v.w;
    }
    WeightParameters<T, bits> parameters[4];
#pragma unroll
    for (int part = 0; part < 4; ++part) { // of 32 columns
        if (part == 0 || groups == 4 || (groups == 2 && part == 2)) {
            const uint4 pairs = loadShared16(record + bits * 512 + part * groups / 4 * 128 + lane / 4 * 16);
            parameters[0].set(pairs.x);
            parameters[1].set(pairs.y);
            parameters[2].set(pairs.z);
            parameters[3].set(pairs.w);
        }
        std::uint32_t weights[2][2][4]; // [step][16-row tile][fragment]
#pragma unroll
        for (int s = 0; s < 2; ++s)
#pragma unroll
            for (int i = 0; i < 4; ++i)
#pragma unroll
                for (int h = 0; h < 2; ++h)
                    weights[s][i / 2][2 * h + i % 2] = weightPair<T>(words[i], 2 * part + s, h, parameters[i]);
        fenceProducts();
        const std::uint64_t columns = operand + (part / 2 * (tileTokens * 128) + part % 2 * 64) / 16;
#pragma unroll
        for (int s = 0; s < 2; ++s)
#pragma unroll
            for (int r = 0; r < 2; ++r)
                WarpgroupProduct<T, tileTokens>::add(sums[r], weights[s][r], columns + s * 2);
        commitProducts();
        if (part == 3)
            awaitProducts<0>();
        else
            awaitProducts<1>();
    }
}

template <int consumers>
__device__ void synchronizeConsumers() {
    asm volatile("bar.sync 1, %0;" ::"n"(consumers * warpgroupThreads) : "memory");
}

// depth 2: the second warpgroup hands its sums to the first through the stages, which are free then.
template <int tileTokens>
__device__ void joinWarpgroups(WarpSums<tileTokens>& sums, std::uint8_t* stages, bool first) {
    float4* area = reinterpret_cast<float4*>(stages) + threadIdx.x % warpgroupThreads;
    synchronizeConsumers<2>();
#pragma unroll
    for (int i = 0; i < tileTokens / 4; ++i) {
        float* four = sums[i / (tileTokens / 8)] + i % (tileTokens / 8) * 4;
        if (!first)
            area[i * warpgroupThreads] = make_float4(four[0], four[1], four[2], four[3]);
    }
    synchronizeConsumers<2>();
#pragma unroll
    for (int i = 0; i < tileTokens / 4; ++i) {
        float* four = sums[i / (tileTokens / 8)] + i % (tileTokens / 8) * 4;
        if (first) {
            const float4 other = area[i * warpgroupThreads];
            four[0] += other.x, four[1] += other.y, four[2] += other.z, four[3] += other.w;
        }
    }
}

__device__ inline void storeTransposed(std::uint32_t address, const std::uint32_t (&matrices)[4]) {
    asm volatile("stmatrix.sync.aligned.m8n8.x4.trans.shared.b16 [%0], {%1, %2, %3, %4};" ::"r"(address),
                 "r"(matrices[0]), "r"(matrices[1]), "r"(matrices[2]), "r"(matrices[3])
                 : "memory");
}

// A warp's 32 rows of all tokens of a tile, 32 tokens at a time by way of `area`. firstRow: of the warp.
template <typename T, int tileTokens>
__device__ void storeSums(const MatrixPlan& plan, const WarpSums<tileTokens>& sums, int firstRow, int firstToken,
                          std::uint32_t area) {
    const int lane = threadIdx.x % 32;
    float bias[4] = {};
#pragma unroll
    for (int i = 0; i < 4; ++i)
        if (const int row = firstRow + 8 * i + lane / 4; plan.bias && row < plan.rows)
            bias[i] = toFloat(static_cast<const T*>(plan.bias)[row]);
#pragma unroll
    for (int start = 0; start < tileTokens; start += 32) {
        __syncwarp();
#pragma unroll
        for (int j = 0; j < 4; ++j) { // eight tokens
            const int first = (start / 8 + j) * 4;
            std::uint32_t matrices[4];
#pragma unroll
            for (int i = 0; i < 4; ++i)
                matrices[i] =
                    packTwo<T>(sums[i / 2][first + i % 2 * 2] + bias[i], sums[i / 2][first + i % 2 * 2 + 1] + bias[i]);
            storeTransposed(area + (j * 8 + lane % 8) * 80 + lane / 8 * 16, matrices);
        }
        __syncwarp();
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int token = firstToken + start + i * 8 + lane / 4, row = firstRow + lane % 4 * 8;
            const uint4 v = loadShared16(area + (i * 8 + lane / 4) * 80 + lane % 4 * 16);
            if (token >= plan.tokens)
                continue;
            T* output = static_cast<T*>(plan.output) + token * plan.outputStride + row;
            if (plan.wideOutput && row + 8 <= plan.rows) {
                *reinterpret_cast<uint4*>(output) = v;
                continue;
            }
            const std::uint32_t pairs[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
            for (int e = 0; e < 8; ++e)
                if (row + e < plan.rows)
                    reinterpret_cast<std::uint16_t*>(output)[e] = std::uint16_t(pairs[e / 2] >> (16 * (e % 2)));
        }
    }
}

template <typename T, int bits, int tileTokens, int depth>
__device__ void consume(const MatrixPlan& plan, const MatrixMemory& memory, std::uint8_t* stages, int parts) {
    using Shape = Tile<tileTokens, depth>;
    const int warpgroup = threadIdx.x / warpgroupThreads - 1, warp = threadIdx.x / 32 - 4, lane = threadIdx.x % 32;
    const int record = depth == 1 ? warp : warp % 4;
    StagePosition position(0);
    for (int index = blockIdx.x; index < parts; index += gridDim.x) {
        const MatrixTile tile(plan, index);
        WarpSums<tileTokens> sums;
#pragma unroll
        for (int r = 0; r < 2; ++r)
#pragma unroll
            for (int i = 0; i < tileTokens / 2; ++i)
                sums[r][i] = 0;
        const int offset = depth == 1 ? 0 : warpgroup;
        position.advance(plan.stages, offset);
        for (int block = tile.firstBlock(plan) + offset; block < tile.endBlock(plan); block += depth) {
            awaitBarrier(memory.full + 8 * position.slot, position.parity);
            const std::uint32_t stage = memory.stages + position.slot * plan.stageBytes;
            addBlock<T, bits, tileTokens>(sums, stage, stage + Shape::inputBytes + record * plan.recordBytes,
                                          plan.groupsPerRecord);
            if (lane == 0)
                arrive(memory.empty + 8 * position.slot);
            position.advance(plan.stages, depth);
        }
        if constexpr (depth > 1) {
            joinWarpgroups<tileTokens>(sums, stages, warpgroup == 0);
            if (warpgroup > 0)
                return;
        } else if (tile.splits > 1) {
            constexpr int threads = Shape::consumers * warpgroupThreads;
            float* partials = plan.partials + std::int64_t(tile.splitTile) * tile.splits * Shape::sumFloats;
            if (!joinSplits<threads>(
                    reinterpret_cast<float(&)[tileTokens]>(sums), partials, plan.counters + tile.splitTile, tile.split,
                    tile.splits, int(threadIdx.x) - warpgroupThreads, [] { synchronizeConsumers<Shape::consumers>(); }))
                continue;
        }
        storeSums<T, tileTokens>(plan, sums, (tile.rowTile * Shape::records + record) * recordRows,
                                 tile.tokenTile * tileTokens, memory.transpose + warp * transposeBytes);
    }
}

template <typename T, int bits, int tileTokens, int depth>
__global__ void __launch_bounds__(Tile<tileTokens, depth>::threads, 1)
    matrixKernel(const __grid_constant__ CUtensorMap input, MatrixPlan plan) {
    extern __shared__ std::uint8_t unaligned[];
    const std::uint32_t start = sharedAddress(unaligned), base = (start + 1023) / 1024 * 1024;
    const MatrixMemory memory(plan, base);
    allowNextKernel();
    if (threadIdx.x == 0) {
        for (int i = 0; i < plan.stages; ++i) {
            initBarrier(memory.full + 8 * i, 1);
            initBarrier(memory.empty + 8 * i, Tile<tileTokens, depth>::records);
        }
        publishBarriers();
    }
    __syncthreads();
    const int parts = plan.parts();
    if (threadIdx.x < warpgroupThreads) {
        giveRegisters<40>();
        if (threadIdx.x == 0)
            produce<tileTokens, depth>(plan, input, memory, parts);
    } else {
        takeRegisters<232>();
        consume<T, bits, tileTokens, depth>(plan, memory, unaligned + (base - start), parts);
    }
}

// ---- the plan ----

struct MatrixShape {
    int tileTokens, depth;
};

// Measured on one H200: two warpgroups on the same rows are fastest where their tiles fill the device once; fewer or
// more tiles go from block to block and can be split. 32 tokens also serve up to 64 of a matrix of few rows: more
// tiles.
MatrixShape chooseShape(const PackedLinearArgs& args, int multiprocessors) {
    const std::int64_t rowTiles = divideUp(args.weight.layout.rowBlocks(), 4);
    const auto fillsOnce = [&](std::int64_t tileTokens) {
        const std::int64_t tiles = rowTiles * divideUp(args.tokens, tileTokens);
        return 2 * tiles > multiprocessors && tiles <= multiprocessors;
    };
    if (args.tokens <= 32)
        return {32, fillsOnce(32) ? 2 : 1};
    if (fillsOnce(64))
        return {64, 2};
    if (args.tokens <= 64)
        return {2 * rowTiles > multiprocessors ? 64 : 32, 1};
    return {128, 1};
}

// Tiles that would leave most of the device idle are split along the columns: all of them when there are few, else
// those of the last round.
void chooseSplits(MatrixPlan& plan, const PackedLinearArgs& args, int multiprocessors, std::int64_t tileBytes) {
    constexpr int mostSplits = 8, fewestBlocks = 4;
    const int tiles = plan.rowTiles * plan.tokenTiles, last = tiles % multiprocessors;
    plan.wholeTiles = tiles;
    plan.splits = 1;
    if (last == 0 || !args.workspace)
        return;
    const int splits = std::min({mostSplits, multiprocessors / last, std::max(1, plan.columnBlocks / fewestBlocks)});
    const bool fits = last * 4 <= linearCounterBytes &&
                      args.workspaceBytes >= linearCounterBytes + std::int64_t(last) * splits * tileBytes;
    if (splits == 1 || !fits)
        return;
    plan.wholeTiles = tiles - last;
    plan.splits = splits;
}

template <typename T, int bits, int tileTokens, int depth>
Status launchMatrix(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    using Shape = Tile<tileTokens, depth>;
    const PackedLayout& layout = args.weight.layout;
    MatrixPlan plan{};
    plan.records = static_cast<const std::uint8_t*>(args.weight.data);
    plan.bias = args.bias;
    plan.output = args.output;
    plan.outputStride = args.outputStride;
    plan.tokens = int(args.tokens);
    plan.rows = int(layout.rows);
    plan.rowBlocks = int(layout.rowBlocks());
    plan.columnBlocks = int(layout.columnBlocks());
    plan.groupsPerRecord = layout.groupsPerRecord();
    plan.recordBytes = int(layout.recordBytes());
    plan.rowTiles = int(divideUp(plan.rowBlocks, Shape::records));
    plan.tokenTiles = int(divideUp(args.tokens, tileTokens));
    plan.rowTilesPerGroup = 8;
    plan.stageBytes = Shape::inputBytes + int(divideUp(Shape::records * plan.recordBytes, 1024)) * 1024;
    const int available =
        device.attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin) - MatrixMemory::extraBytes - 1024 - 64;
    plan.stages = std::min(largestStages, available / plan.stageBytes);
    plan.wideOutput = args.outputStride % 8 == 0 && isAligned(args.output);
    plan.counters = static_cast<unsigned*>(args.workspace);
    plan.partials = reinterpret_cast<float*>(static_cast<std::uint8_t*>(args.workspace) + linearCounterBytes);
    plan.wholeTiles = plan.rowTiles * plan.tokenTiles;
    plan.splits = 1;
    if (depth == 1)
        chooseSplits(plan, args, device.multiprocessors(), Shape::sumFloats * 4);
    CUtensorMap input;
    const auto type = std::is_same_v<T, __half> ? CU_TENSOR_MAP_DATA_TYPE_FLOAT16 : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
    if (!describeMatrix(input, type, 2, args.input, args.tokens, layout.columns, args.inputStride * 2, tileTokens))
        return Status::unsupported;
    LaunchShape shape;
    shape.grid = dim3(unsigned(depth == 1 ? std::min(plan.parts(), device.multiprocessors()) : plan.parts()));
    shape.block = dim3(Shape::threads);
    shape.sharedBytes = std::size_t(plan.stages * plan.stageBytes + MatrixMemory::extraBytes + 1024);
    shape.overlap = overlap;
    return launch(shape, stream, matrixKernel<T, bits, tileTokens, depth>, input, plan);
}

template <typename T, int bits>
Status runShape(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    const MatrixShape shape = chooseShape(args, device.multiprocessors());
    if (shape.tileTokens == 32)
        return shape.depth == 2 ? launchMatrix<T, bits, 32, 2>(args, stream, overlap, device)
                                : launchMatrix<T, bits, 32, 1>(args, stream, overlap, device);
    if (shape.tileTokens == 64)
        return shape.depth == 2 ? launchMatrix<T, bits, 64, 2>(args, stream, overlap, device)
                                : launchMatrix<T, bits, 64, 1>(args, stream, overlap, device);
    return launchMatrix<T, bits, 128, 1>(args, stream, overlap, device);
}

} // namespace

Status matrixLinear(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    return withSixteenBitElement(args.type, [&](auto tag) {
        using T = typename decltype(tag)::Type;
        return args.weight.layout.bits == 4 ? runShape<T, 4>(args, stream, overlap, device)
                                            : runShape<T, 3>(args, stream, overlap, device);
    });
}

} // namespace awq::kernels::cuda

// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products for 1 to 16 tokens on Hopper: the weights stream through shared memory by bulk copies into rings that
// belong to single warps, and meet the tokens in the tensor cores (weights on the side of 16, tokens on that of 8).
#include "kernels/cuda/sm90/small_batch.cuh"

#include <algorithm>

#include "kernels/cuda/code_fragments.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/numeric.cuh"
#include "kernels/cuda/packed_paths.h"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/sm90/record_ring.cuh"
#include "kernels/cuda/sm90/small_batch_output.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int largestWarps = 16;

template <int bits, int groups>
struct Record {
    static constexpr int codeBytes = bits * 512, bytes = codeBytes + 128 * groups;
    static constexpr int stepsPerGroup = stepsPerRecord / groups;
};

// Activations of the rank's columns on their way to shared memory, and their sums over groups (in CodeForm units).
// Ordinary loads: the bulk copy queue is full of weights. A thread's first loads can be under way before the weights'
// copies, which would delay them.
template <typename T, int groups, int tokenTiles>
class InputLoad {
public:
    __device__ InputLoad(const SmallBatchPlan& plan, const Share& share)
        : m_plan(plan), m_share(share), m_perToken(share.across * 16), m_pieces(plan.tokens * m_perToken),
          m_inversePerToken(inverseOf(m_perToken)) {}

    // Starts the loads of the thread's first pieces.
    __device__ void begin() { load(threadIdx.x); }

    // Stores what begin() has loaded, and loads and stores the rest.
    __device__ void finish(const SmallBatchMemory& memory, std::uint8_t* shared) {
        for (int start = threadIdx.x;;) {
            store(start, memory, shared);
            start += blockDim.x * atOnce;
            if (start - int(threadIdx.x % 32) >= m_pieces) // the whole warp
                return;
            load(start);
        }
    }

private:
    static constexpr int atOnce = tokenTiles == 1 ? 4 : 8; // loads in flight for each thread

    __device__ int tokenOf(int piece) const { return m_plan.tokens == 1 ? 0 : quotient(piece, m_inversePerToken); }

    __device__ void load(int start) {
#pragma unroll
        for (int i = 0; i < atOnce; ++i) {
            const int piece = start + i * blockDim.x, token = tokenOf(piece);
            const int column = m_share.firstRecord * recordColumns + (piece - token * m_perToken) * 8;
            m_values[i] = make_uint4(0, 0, 0, 0);
            if (piece < m_pieces && column < m_plan.columns)
                m_values[i] = *reinterpret_cast<const uint4*>(static_cast<const T*>(m_plan.input) +
                                                              token * m_plan.inputStride + column);
        }
    }

    __device__ void store(int start, const SmallBatchMemory& memory, std::uint8_t* shared) const {
        constexpr int lanesPerGroup = 16 / groups;
        const std::uint32_t base = sharedAddress(shared) + memory.input;
        float* sums = reinterpret_cast<float*>(shared + memory.inputSums);
#pragma unroll
        for (int i = 0; i < atOnce; ++i) {
            const int piece = start + i * blockDim.x;
            if (piece - int(threadIdx.x % 32) >= m_pieces)
                return; // the whole warp
            const int token = tokenOf(piece), place = piece - token * m_perToken;
            const bool present = piece < m_pieces;
            if (present)
                storeShared16(base + token * memory.inputPitch + place * 16, m_values[i]);
            float eight[8], sum = 0;
            unpackEight<T>(m_values[i], eight);
#pragma unroll
            for (const float value : eight)
                sum += value;
#pragma unroll
            for (int offset = 1; offset < lanesPerGroup; offset <<= 1)
                sum += __shfl_xor_sync(0xffffffffu, sum, offset);
            if (present && place % lanesPerGroup == 0)
                sums[place / lanesPerGroup * (8 * tokenTiles) + token] = sum * CodeForm<T>::unit;
        }
    }

    const SmallBatchPlan& m_plan;
    const Share& m_share;
    int m_perToken, m_pieces;
    float m_inversePerToken;
    uint4 m_values[atOnce];
};

// Sums of one row block: [row tile of 16][token tile of 8][fragment].
template <int tokenTiles>
struct BlockSums {
    float values[2][tokenTiles][4];

    __device__ void clear() {
#pragma unroll
        for (int r = 0; r < 2; ++r)
#pragma unroll
            for (int m = 0; m < tokenTiles; ++m)
#pragma unroll
                for (int i = 0; i < 4; ++i)
                    values[r][m][i] = 0;
    }

    // As [token][row], rows padded to 36: free of bank conflicts.
    __device__ void park(float* slot, int tokens) {
        const int lane = threadIdx.x % 32;
#pragma unroll
        for (int r = 0; r < 2; ++r)
#pragma unroll
            for (int m = 0; m < tokenTiles; ++m)
#pragma unroll
                for (int i = 0; i < 4; ++i) {
                    const int row = 16 * r + i / 2 * 8 + lane / 4, token = 8 * m + lane % 4 * 2 + i % 2;
                    if (token < tokens)
                        slot[token * 36 + row] = values[r][m][i];
                }
        clear();
    }
};

// sums += scale * (code - zero) . x of one record. input: shared addresses of the tokens' rows as ldmatrix wants them,
// at this record; inputSums: at this record and the lane's tokens.
template <typename T, int bits, int groups, int tokenTiles>
__device__ void addRecord(BlockSums<tokenTiles>& sums, std::uint32_t record, const std::uint32_t (&input)[tokenTiles],
                          int inputOffset, const float* inputSums) {
    using Layout = Record<bits, groups>;
    using Classes = CodeClasses<T, bits>;
    const int lane = threadIdx.x % 32;
    std::uint32_t words[4][bits]; // by row of the lane: 8 i + lane / 4
#pragma unroll
    for (int chunk = 0; chunk < bits; ++chunk) {
        const uint4 v = loadShared16(record + chunk * 512 + lane * 16);
        words[0][chunk] = v.x, words[1][chunk] = v.y, words[2][chunk] = v.z, words[3][chunk] = v.w;
    }
    uint4 x[tokenTiles];
    float products[Classes::count][2][tokenTiles][4] = {};
#pragma unroll
    for (int step = 0; step < stepsPerRecord; ++step) {
#pragma unroll
        for (int m = 0; m < tokenTiles; ++m)
            if (step % 2 == 0)
                x[m] = loadMatrices(input[m] + inputOffset + step * 32);
#pragma unroll
        for (int r = 0; r < 2; ++r) {
            const std::uint32_t a0 = codePair<T>(words[2 * r], step, 0), a1 = codePair<T>(words[2 * r + 1], step, 0);
            const std::uint32_t a2 = codePair<T>(words[2 * r], step, 1), a3 = codePair<T>(words[2 * r + 1], step, 1);
#pragma unroll
            for (int m = 0; m < tokenTiles; ++m)
                multiplyAdd<T>(products[Classes::ofStep(step)][r][m], a0, a1, a2, a3, step % 2 ? x[m].z : x[m].x,
                               step % 2 ? x[m].w : x[m].y);
        }
        if ((step + 1) % Layout::stepsPerGroup != 0)
            continue;
        const int group = step / Layout::stepsPerGroup;
        const uint4 pairs = loadShared16(record + Layout::codeBytes + 128 * group + lane / 4 * 16);
        const std::uint32_t rowPairs[4] = {pairs.x, pairs.y, pairs.z, pairs.w};
#pragma unroll
        for (int m = 0; m < tokenTiles; ++m) {
            const float2 inputSum = *reinterpret_cast<const float2*>(inputSums + group * (8 * tokenTiles) + 8 * m);
#pragma unroll
            for (int r = 0; r < 2; ++r)
#pragma unroll
                for (int i = 0; i < 4; ++i) {
                    const float2 parameters = unpackTwo<T>(rowPairs[2 * r + i / 2]); // scale, -zero
                    float dot = (parameters.y - CodeForm<T>::offset) * (i % 2 ? inputSum.y : inputSum.x);
#pragma unroll
                    for (int c = 0; c < Classes::count; ++c) {
                        dot = fmaf(products[c][r][m][i], Classes::weight(c), dot);
                        products[c][r][m][i] = 0;
                    }
                    sums.values[r][m][i] = fmaf(parameters.x, dot, sums.values[r][m][i]);
                }
        }
    }
}

template <typename T, int bits, int groups, int tokenTiles>
__global__ void __launch_bounds__(largestWarps * 32, 1) smallBatchKernel(SmallBatchPlan plan) {
    using Layout = Record<bits, groups>;
    extern __shared__ __align__(128) std::uint8_t shared[];
    const std::uint32_t base = sharedAddress(shared);
    const SmallBatchMemory memory(plan, Layout::bytes, groups, 0);
    const int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    allowNextKernel();
    const int rank = plan.ranks > 1 ? int(rankInCluster()) : 0;
    const Share share(plan, rank);
    const int first = share.runStart(warp), end = share.runStart(warp + 1);
    int block = quotient(first, inverseOf(share.across)), column = first - block * share.across;
    InputLoad<T, groups, tokenTiles> load(plan, share);
    if (!plan.overlaps)
        load.begin();
    RecordRing<Layout::bytes> ring(plan, share, base, base + memory.barriers, warp, block, column, first, end);
    if (plan.overlaps) {
        awaitPreviousKernel(); // until here only weights were touched
        load.begin();
    }
    load.finish(memory, shared);
    __syncthreads();

    std::uint32_t input[tokenTiles];
#pragma unroll
    for (int m = 0; m < tokenTiles; ++m) // tokens that do not exist repeat the last one
        input[m] = base + memory.input + min(lane % 8 + 8 * m, plan.tokens - 1) * memory.inputPitch + lane / 8 * 16;
    const float* inputSums = reinterpret_cast<const float*>(shared + memory.inputSums) + lane % 4 * 2;
    float* slots = reinterpret_cast<float*>(shared + memory.slots);

    BlockSums<tokenTiles> sums;
    sums.clear();
    for (int index = first; index < end; ++index) {
        const std::uint32_t record = ring.await();
        addRecord<T, bits, groups, tokenTiles>(sums, record, input, column * 256,
                                               inputSums + column * groups * (8 * tokenTiles));
        ring.release();
        if (++column == share.across || index + 1 == end) {
            sums.park(slots + (warp + block) * memory.slotFloats, plan.tokens);
            column = 0;
            ++block;
        }
    }
    if (plan.ranks == 1) {
        __syncthreads();
        addSlots<T>(plan, share, base + memory.slots, memory.slotFloats);
        return;
    }
    synchronizeCluster();
    addSlotsOfRanks<T>(plan, share, base + memory.slots, memory.slotFloats, rank);
    synchronizeCluster(); // the others may still read this block's slots
}

// ---- the plan ----

// Fits the plan into shared memory with as many clusters; false if it cannot be.
bool fit(SmallBatchPlan& plan, const PackedLayout& layout, int clusters, int available) {
    const int slotBlocks = int(divideUp(plan.rowBlocks, clusters));
    const std::int64_t line = std::int64_t(slotBlocks) * plan.recordsPerRank;
    if (line >= largestDividend)
        return false;
    const int longestRun = int(divideUp(line, plan.warps));
    constexpr int mostRecords = 2; // measured: a third only delays the start
    for (plan.ring = std::min(mostRecords, longestRun); plan.ring > 0; --plan.ring) {
        const SmallBatchMemory memory(plan, int(layout.recordBytes()), layout.groupsPerRecord(),
                                      plan.warps + slotBlocks);
        if (memory.total <= available)
            return plan.ring == std::min(mostRecords, longestRun);
    }
    return false;
}

template <typename T, int bits, int groups, int tokenTiles>
class SmallBatchLaunch {
public:
    SmallBatchLaunch(const PackedLinearArgs& args, const DeviceGuard& device)
        : m_layout(args.weight.layout), m_multiprocessors(device.multiprocessors()),
          m_available(device.attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin)) {
        m_plan.records = static_cast<const std::uint8_t*>(args.weight.data);
        m_plan.input = args.input;
        m_plan.bias = args.bias;
        m_plan.output = args.output;
        m_plan.inputStride = args.inputStride;
        m_plan.outputStride = args.outputStride;
        m_plan.tokens = int(args.tokens);
        m_plan.rows = int(m_layout.rows);
        m_plan.columns = int(m_layout.columns);
        m_plan.rowBlocks = int(m_layout.rowBlocks());
        m_plan.columnBlocks = int(m_layout.columnBlocks());
        m_plan.wideOutput = args.outputStride % 4 == 0 && isAligned(args.output, 8);
    }

    Status run(Stream stream, Overlap overlap) {
        if (!choose())
            return Status::unsupported;
        m_plan.overlaps = overlap == Overlap::yes;
        m_plan.blocksPerCluster = m_plan.rowBlocks / m_clusters;
        m_plan.largerClusters = m_plan.rowBlocks % m_clusters;
        LaunchShape shape;
        shape.grid = dim3(unsigned(m_clusters * m_plan.ranks));
        shape.block = dim3(unsigned(m_plan.warps * 32));
        shape.cluster = unsigned(m_plan.ranks);
        shape.overlap = overlap;
        shape.sharedBytes = std::size_t(SmallBatchMemory(m_plan, int(m_layout.recordBytes()), groups,
                                                         m_plan.warps + int(divideUp(m_plan.rowBlocks, m_clusters)))
                                            .total);
        return launch(shape, stream, kernel, m_plan);
    }

private:
    static constexpr auto kernel = smallBatchKernel<T, bits, groups, tokenTiles>;

    // The fewest ranks whose share of the activations is small enough to be there before the weights.
    bool choose() {
        constexpr int largestInput = 67 * 1024;
        for (m_plan.ranks = 1; m_plan.ranks <= 8; m_plan.ranks *= 2) {
            m_plan.recordsPerRank = int(divideUp(m_plan.columnBlocks, m_plan.ranks));
            if (m_plan.recordsPerRank * (m_plan.ranks - 1) >= m_plan.columnBlocks)
                return false; // a rank would have no columns
            if (m_plan.tokens * m_plan.recordsPerRank * 256 > largestInput && m_plan.ranks < 8)
                continue;
            for (m_plan.warps = largestWarps; m_plan.warps >= 8; m_plan.warps -= 4)
                if (fitClusters())
                    return true;
        }
        return false;
    }

    bool fitClusters() {
        m_clusters = std::min(m_multiprocessors / m_plan.ranks, m_plan.rowBlocks);
        if (!fit(m_plan, m_layout, m_clusters, m_available))
            return false;
        if (m_plan.ranks == 1)
            return true;
        const int active = activeClusters();
        if (active >= m_clusters)
            return true;
        m_clusters = active; // larger clusters leave some multiprocessors idle
        return active > 0 && fit(m_plan, m_layout, m_clusters, m_available);
    }

    int activeClusters() const {
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, m_available);
        cudaLaunchAttribute attribute{};
        attribute.id = cudaLaunchAttributeClusterDimension;
        attribute.val.clusterDim.x = unsigned(m_plan.ranks);
        attribute.val.clusterDim.y = attribute.val.clusterDim.z = 1;
        cudaLaunchConfig_t config{};
        config.gridDim = dim3(unsigned(m_clusters * m_plan.ranks));
        config.blockDim = dim3(unsigned(m_plan.warps * 32));
        config.dynamicSmemBytes = std::size_t(m_available);
        config.attrs = &attribute;
        config.numAttrs = 1;
        int clusters = 0;
        return cudaOccupancyMaxActiveClusters(&clusters, kernel, &config) == cudaSuccess ? clusters : 0;
    }

    const PackedLayout& m_layout;
    int m_multiprocessors, m_available;
    SmallBatchPlan m_plan{};
    int m_clusters = 0;
};

template <typename T, int bits, int groups>
Status runTokens(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    return args.tokens <= 8 ? SmallBatchLaunch<T, bits, groups, 1>(args, device).run(stream, overlap)
                            : SmallBatchLaunch<T, bits, groups, 2>(args, device).run(stream, overlap);
}

template <typename T, int bits>
Status runGroups(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    switch (args.weight.layout.groupsPerRecord()) {
    case 1:
        return runTokens<T, bits, 1>(args, stream, overlap, device);
    case 2:
        return runTokens<T, bits, 2>(args, stream, overlap, device);
    default:
        return runTokens<T, bits, 4>(args, stream, overlap, device);
    }
}

} // namespace

Status smallBatchLinear(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    return withSixteenBitElement(args.type, [&](auto tag) {
        using T = typename decltype(tag)::Type;
        return args.weight.layout.bits == 4 ? runGroups<T, 4>(args, stream, overlap, device)
                                            : runGroups<T, 3>(args, stream, overlap, device);
    });
}

} // namespace awq::kernels::cuda

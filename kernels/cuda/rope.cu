// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary position embedding (rope.h): four pairs a thread where alignment allows it, else one.
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/numeric.cuh"
#include "kernels/cuda/ptx.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int threads = 256;

// `count` neighbouring elements of T, moved in one piece.
template <typename T, int count>
struct alignas(sizeof(T) * count) Piece {
    T values[count];
};

template <typename T>
__device__ void rotate(T& a, T& b, float cosine, float sine) {
    const float x = toFloat(a), y = toFloat(b);
    a = fromFloat<T>(x * cosine - y * sine);
    b = fromFloat<T>(y * cosine + x * sine);
}

// Parts of one launch and the blocks they end with.
struct RopeTable {
    RopeArgs parts[mostRopeParts];
    unsigned ends[mostRopeParts];
};

// Thread: `pairs` neighbouring pairs of one head, or 2 * pairs elements beyond rotaryDim.
template <typename T, int pairs>
__global__ void __launch_bounds__(threads) ropeKernel(const __grid_constant__ RopeTable all) {
    allowNextKernel();
    awaitPreviousKernel();
    int part = 0;
    while (blockIdx.x >= all.ends[part])
        ++part;
    const RopeArgs& args = all.parts[part];
    const unsigned block = blockIdx.x - (part > 0 ? all.ends[part - 1] : 0);
    const std::int64_t itemsPerHead = args.headDim / (2 * pairs);
    const std::int64_t index = std::int64_t(block) * threads + threadIdx.x;
    const std::int64_t token = index / itemsPerHead / args.heads, head = index / itemsPerHead % args.heads;
    if (token >= args.tokens)
        return;
    const int item = int(index % itemsPerHead), half = int(args.rotaryDim / 2);
    const std::int64_t slot = args.outputSlots ? args.outputSlots[token] : token;
    const T* input = static_cast<const T*>(args.input) + token * args.inputTokenStride + head * args.inputHeadStride;
    T* output = static_cast<T*>(args.output) + slot * args.outputTokenStride + head * args.outputHeadStride;
    using Chunk = Piece<T, pairs>;
    const bool rotates = item * pairs < half;
    const bool split = rotates && !args.interleaved; // the partners lie half a rotation apart
    const int first = split ? item * pairs : item * 2 * pairs, second = split ? first + half : first + pairs;
    Chunk chunk[2] = {*reinterpret_cast<const Chunk*>(input + first), *reinterpret_cast<const Chunk*>(input + second)};
    if (rotates) {
        const std::int64_t position = args.positions[token];
        const bool known = position >= 0 && position < args.tablePositions;
#pragma unroll
        for (int i = 0; i < pairs; ++i) {
            const std::int64_t entry = position * half + item * pairs + i;
            const float cosine = known ? args.cosines[entry] : NAN, sine = known ? args.sines[entry] : NAN;
            if (args.interleaved)
                rotate(chunk[2 * i / pairs].values[2 * i % pairs],
                       chunk[(2 * i + 1) / pairs].values[(2 * i + 1) % pairs], cosine, sine);
            else
                rotate(chunk[0].values[i], chunk[1].values[i], cosine, sine);
        }
    }
    *reinterpret_cast<Chunk*>(output + first) = chunk[0];
    *reinterpret_cast<Chunk*>(output + second) = chunk[1];
}

template <typename T, int pairs>
Status launchRope(const RopeParts& given, Stream stream, Overlap overlap) {
    RopeTable all{};
    std::int64_t blocks = 0;
    for (std::size_t i = 0; i < given.count; ++i) {
        const RopeArgs& args = given.parts[i];
        blocks += divideUp(args.tokens * args.heads * (args.headDim / (2 * pairs)), threads);
        all.parts[i] = args;
        all.ends[i] = unsigned(blocks);
    }
    LaunchShape shape;
    shape.block = dim3(threads);
    shape.grid = dim3(unsigned(blocks));
    shape.overlap = overlap;
    return launch(shape, stream, ropeKernel<T, pairs>, all);
}

// Every piece of four elements is aligned and no item straddles the end of the rotation.
bool takesFourPairs(const RopeArgs& args) {
    for (const std::int64_t stride :
         {args.inputTokenStride, args.inputHeadStride, args.outputTokenStride, args.outputHeadStride})
        if (stride % 4 != 0)
            return false;
    return args.headDim % 8 == 0 && args.rotaryDim % 8 == 0 && isAligned(args.input) && isAligned(args.output);
}

} // namespace

Status rope(const RopeParts& all, Stream stream, Overlap overlap) {
    return onDeviceOf(all.count > 0 ? all.parts[0].output : nullptr, all, [&](const DeviceGuard& device) {
        bool four = true;
        for (std::size_t i = 0; i < all.count; ++i) {
            if (all.parts[i].headDim % 2 != 0)
                return Status::badShape;
            four = four && takesFourPairs(all.parts[i]);
        }
        return withElement(all.parts[0].type, [&](auto tag) {
            using T = typename decltype(tag)::Type;
            const Overlap mode = supported(overlap, device);
            return four ? launchRope<T, 4>(all, stream, mode) : launchRope<T, 1>(all, stream, mode);
        });
    });
}

} // namespace awq::kernels::cuda

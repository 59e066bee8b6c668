// SPDX-License-Identifier: GPL-3.0-or-later
// Clip search (clip_search.h): a block holds one group's correlations and 64 rows of weights, tries every fraction in
// registers and measures it with the tensor cores.
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/group_rounding.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/ptx.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int warpsPerBlock = 4;
constexpr int rowsPerWarp = 16;
constexpr int rowsPerBlock = warpsPerBlock * rowsPerWarp;

// Two neighbouring weights; the address is aligned to both.
__device__ inline float2 loadTwo(const float* from) {
    return *reinterpret_cast<const float2*>(from);
}
template <typename T>
__device__ float2 loadTwo(const T* from) {
    return unpackTwo<T>(*reinterpret_cast<const std::uint32_t*>(from));
}

// A lane's weights of one row, as it holds A fragments: step s, half h, element e is column 16 s + 8 h + 2 t + e.
template <int groupSize>
struct RowPart {
    float values[groupSize / 16][2][2];
    float minimum, maximum, largest;

    template <typename T>
    __device__ void load(const T* row, bool inside, int t) {
        minimum = INFINITY, maximum = -INFINITY;
#pragma unroll
        for (int s = 0; s < groupSize / 16; ++s)
#pragma unroll
            for (int h = 0; h < 2; ++h) {
                const float2 pair = inside ? loadTwo(row + 16 * s + 8 * h + 2 * t) : make_float2(0, 0);
                values[s][h][0] = pair.x;
                values[s][h][1] = pair.y;
                minimum = propagatingMin(minimum, propagatingMin(pair.x, pair.y));
                maximum = propagatingMax(maximum, propagatingMax(pair.x, pair.y));
            }
        for (int offset = 1; offset < 4; offset <<= 1) {
            minimum = propagatingMin(minimum, __shfl_xor_sync(0xffffffffu, minimum, offset));
            maximum = propagatingMax(maximum, __shfl_xor_sync(0xffffffffu, maximum, offset));
        }
        largest = propagatingMax(maximum, -minimum);
    }
};

// Errors d R d of the rows of two lanes' quads; change: A fragments of 16 rows, correlations: [groupSize][pitch].
template <int groupSize>
__device__ void quadraticForms(const std::uint32_t (&change)[groupSize / 16][4], std::uint32_t correlations, int pitch,
                               float (&errors)[2]) {
    const int lane = threadIdx.x % 32;
    const std::uint32_t address = correlations + ((lane % 8) * pitch + (lane / 8) * 8) * 2;
    errors[0] = errors[1] = 0;
#pragma unroll
    for (int tile = 0; tile < groupSize / 8; ++tile) {
        float product[4] = {};
#pragma unroll
        for (int s = 0; s < groupSize / 16; s += 2) {
            const uint4 b = loadMatrices(address + (tile * 8 * pitch + s * 16) * 2);
            multiplyAdd<__half>(product, change[s][0], change[s][1], change[s][2], change[s][3], b.x, b.y);
            multiplyAdd<__half>(product, change[s + 1][0], change[s + 1][1], change[s + 1][2], change[s + 1][3], b.z,
                                b.w);
        }
        const float2 low = unpackTwo<__half>(change[tile / 2][tile % 2 * 2]);
        const float2 high = unpackTwo<__half>(change[tile / 2][tile % 2 * 2 + 1]);
        errors[0] += product[0] * low.x + product[1] * low.y;
        errors[1] += product[2] * high.x + product[3] * high.y;
    }
    errors[0] = reduceLanes(errors[0], Sum(), 4);
    errors[1] = reduceLanes(errors[1], Sum(), 4);
}

// Grid: groups x blocks of 64 rows. Changes are measured in units that bring them near 1 for float16: a step of the
// whole range along rows, the largest norm along columns.
template <typename T, int groupSize>
__global__ void __launch_bounds__(warpsPerBlock * 32) clipSearchKernel(ClipSearchArgs args) {
    constexpr int pitch = groupSize + 8; // elements; keeps ldmatrix free of bank conflicts
    __shared__ __align__(16) __half correlations[groupSize * pitch];
    __shared__ float norms[groupSize];
    const std::int64_t group = blockIdx.x, groups = gridDim.x;
    const int lane = threadIdx.x % 32, t = lane % 4;

    const uint4* source =
        reinterpret_cast<const uint4*>(static_cast<const __half*>(args.correlations) + group * groupSize * groupSize);
    for (int i = threadIdx.x; i < groupSize * groupSize / 8; i += blockDim.x)
        *reinterpret_cast<uint4*>(correlations + i / (groupSize / 8) * pitch + i % (groupSize / 8) * 8) = source[i];
    for (int i = threadIdx.x; i < groupSize; i += blockDim.x)
        norms[i] = args.norms[group * groupSize + i];
    __syncthreads();
    float largestNorm = 0;
    for (int i = lane; i < groupSize; i += 32)
        largestNorm = fmaxf(largestNorm, norms[i]);
    largestNorm = reduceLanes(largestNorm, Largest());
    const float normUnit = largestNorm > 0 ? 1.0f / largestNorm : 0.0f;

    const std::int64_t firstRow = std::int64_t(blockIdx.y) * rowsPerBlock + threadIdx.x / 32 * rowsPerWarp + lane / 4;
    RowPart<groupSize> rows[2];
    float unit[2], bestError[2];
    int best[2] = {0, 0};
#pragma unroll
    for (int r = 0; r < 2; ++r) {
        const std::int64_t row = firstRow + 8 * r;
        rows[r].load(static_cast<const T*>(args.weight) + row * args.columns + group * groupSize, row < args.rows, t);
        unit[r] = float(args.format.maxCode()) / fmaxf(2 * rows[r].largest, 1e-5f);
    }

    for (int i = 0; i < args.fractionCount; ++i) {
        std::uint32_t change[groupSize / 16][4];
#pragma unroll
        for (int r = 0; r < 2; ++r) {
            const float limit = roundTo<T>(__fmul_rn(rows[r].largest, args.fractions[i]));
            // Clamping is monotone: the range needs no second look at the values.
            const GroupRounding<T> rounding(propagatingMin(propagatingMax(rows[r].minimum, -limit), limit),
                                            propagatingMin(propagatingMax(rows[r].maximum, -limit), limit),
                                            args.format);
#pragma unroll
            for (int s = 0; s < groupSize / 16; ++s)
#pragma unroll
                for (int h = 0; h < 2; ++h) {
                    const float2 norm = *reinterpret_cast<const float2*>(norms + 16 * s + 8 * h + 2 * t);
                    float d[2];
#pragma unroll
                    for (int e = 0; e < 2; ++e) {
                        const float weight = rows[r].values[s][h][e];
                        const float clamped = fminf(fmaxf(weight, -limit), limit);
                        d[e] = (rounding.valueOf(rounding.codeOf(clamped)) - weight) * unit[r];
                    }
                    change[s][2 * h + r] = packTwo<__half>(d[0] * (norm.x * normUnit), d[1] * (norm.y * normUnit));
                }
        }
        float errors[2];
        quadraticForms<groupSize>(change, sharedAddress(correlations), pitch, errors);
#pragma unroll
        for (int r = 0; r < 2; ++r) {
            if (i == 0 || errors[r] < bestError[r]) {
                best[r] = i;
                bestError[r] = errors[r];
            }
            const std::int64_t row = firstRow + 8 * r;
            if (args.errors && t == 0 && row < args.rows) {
                const float factor = largestNorm / unit[r];
                args.errors[(i * args.rows + row) * groups + group] = errors[r] * factor * factor;
            }
        }
    }
#pragma unroll
    for (int r = 0; r < 2; ++r) {
        const std::int64_t row = firstRow + 8 * r, index = row * groups + group;
        if (t != 0 || row >= args.rows)
            continue;
        static_cast<T*>(args.limits)[index] = fromFloat<T>(__fmul_rn(rows[r].largest, args.fractions[best[r]]));
        if (args.choices)
            args.choices[index] = std::uint8_t(best[r]);
    }
}

template <typename T>
Status launchClipSearch(const ClipSearchArgs& args, Stream stream) {
    LaunchShape shape;
    shape.block = dim3(warpsPerBlock * 32);
    shape.grid = dim3(unsigned(args.columns / args.format.groupSize), unsigned(divideUp(args.rows, rowsPerBlock)));
    switch (args.format.groupSize) {
    case 32:
        return launch(shape, stream, clipSearchKernel<T, 32>, args);
    case 64:
        return launch(shape, stream, clipSearchKernel<T, 64>, args);
    default:
        return launch(shape, stream, clipSearchKernel<T, 128>, args);
    }
}

} // namespace

Status clipSearch(const ClipSearchArgs& args, Stream stream) {
    return onDeviceOf(args.limits, args, [&](const DeviceGuard&) {
        if (!isAligned(args.weight) || !isAligned(args.correlations))
            return Status::badStride;
        return withElement(args.type,
                           [&](auto tag) { return launchClipSearch<typename decltype(tag)::Type>(args, stream); });
    });
}

} // namespace awq::kernels::cuda

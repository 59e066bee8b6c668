// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of a group in turn (column_rounding.h). Eight lanes share a row, each with every eighth column in registers;
// the group's matrix lies in shared memory. A lane passes its column's value to the other seven by a shuffle.
#include "kernels/column_rounding.h"
#include "kernels/common/column_checks.h"
#include "kernels/cuda/launch.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int threads = 128, lanesPerRow = 8, rowsPerWarp = 32 / lanesPerRow;
constexpr int rowsPerBlock = threads / lanesPerRow;

// Four rows lie side by side in a warp, so that a column's loads and stores are neighbours.
struct Place {
    int inWarp = threadIdx.x % rowsPerWarp;      // which row of the warp's four
    int column = threadIdx.x % 32 / rowsPerWarp; // first of the lane's columns
    std::int64_t row =
        std::int64_t(blockIdx.x) * rowsPerBlock + threadIdx.x / 32 * rowsPerWarp + threadIdx.x % rowsPerWarp;

    // The register `mine` of the lane that has column `owner` of each eight.
    __device__ float fromOwner(float mine, int owner) const {
        return __shfl_sync(0xffffffffu, mine, owner * rowsPerWarp + inWarp);
    }
};

__device__ inline float nearestCode(float value, float scale, float zero, float maxCode) {
    return fminf(fmaxf(rintf(__fdiv_rn(value, scale)) + zero, 0.0f), maxCode);
}

template <int size>
__device__ void loadMatrix(float* shared, const float* matrix, std::int64_t stride) {
    for (int i = threadIdx.x; i < size * size; i += threads)
        shared[i] = matrix[i / size * stride + i % size];
    __syncthreads();
}

template <int size>
__global__ void __launch_bounds__(threads) roundColumnsKernel(RoundColumnsArgs args) {
    extern __shared__ float factor[];
    loadMatrix<size>(factor, args.factor, args.factorStride);
    constexpr int own = size / lanesPerRow;
    const Place place;
    const bool present = place.row < args.rows;
    const std::int64_t row = present ? place.row : 0;
    const float scale = args.scales[row], zero = args.zeros[row], maxCode = float(args.maxCode);
    float left[own];
#pragma unroll
    for (int i = 0; i < own; ++i)
        left[i] = args.weight[(place.column + i * lanesPerRow) * args.rows + row];
#pragma unroll
    for (int i = 0; i < own; ++i)
        for (int owner = 0; owner < lanesPerRow; ++owner) {
            const int j = i * lanesPerRow + owner;
            const float value = place.fromOwner(left[i], owner);
            const float code = nearestCode(value, scale, zero, maxCode);
            const float error = __fdiv_rn(value - (code - zero) * scale, factor[j * size + j]);
            // Below the diagonal the factor is zero: columns before j stay as they are.
#pragma unroll
            for (int k = i; k < own; ++k)
                left[k] -= error * factor[j * size + place.column + k * lanesPerRow];
            if (present && place.column == owner) {
                args.codes[std::int64_t(j) * args.rows + row] = code;
                args.errors[std::int64_t(j) * args.rows + row] = error;
            }
        }
}

template <int size>
__global__ void __launch_bounds__(threads) descendColumnsKernel(DescendColumnsArgs args) {
    extern __shared__ float gram[];
    loadMatrix<size>(gram, args.gram, args.gramStride);
    constexpr int own = size / lanesPerRow;
    const Place place;
    const bool present = place.row < args.rows;
    const std::int64_t row = present ? place.row : 0;
    const float scale = args.scales[row], zero = args.zeros[row], maxCode = float(args.maxCode);
    float gradient[own], values[own];
#pragma unroll
    for (int i = 0; i < own; ++i) {
        const std::int64_t at = (place.column + i * lanesPerRow) * args.rows + row;
        gradient[i] = args.gradient[at];
        values[i] = args.values[at];
    }
#pragma unroll
    for (int i = 0; i < own; ++i)
        for (int owner = 0; owner < lanesPerRow; ++owner) {
            const int j = i * lanesPerRow + owner;
            const float value = place.fromOwner(values[i], owner), slope = place.fromOwner(gradient[i], owner);
            const float code = nearestCode(value - __fdiv_rn(slope, gram[j * size + j]), scale, zero, maxCode);
            const float next = (code - zero) * scale, step = next - value;
#pragma unroll
            for (int k = i; k < own; ++k)
                gradient[k] += step * gram[j * size + place.column + k * lanesPerRow];
            if (present && place.column == owner) {
                const std::int64_t at = std::int64_t(j) * args.rows + row;
                args.values[at] = next;
                args.codes[at] = code;
                args.steps[at] = step;
            }
        }
}

template <typename Args>
Status launchRows(const Args& args, Stream stream, void (*kernel)(Args)) {
    LaunchShape shape;
    shape.grid = dim3(unsigned((args.rows + rowsPerBlock - 1) / rowsPerBlock));
    shape.block = dim3(threads);
    shape.sharedBytes = std::size_t(args.groupSize * args.groupSize) * sizeof(float);
    return launch(shape, stream, kernel, args);
}

} // namespace

Status roundColumns(const RoundColumnsArgs& args, Stream stream) {
    return onDeviceOf(args.codes, args, [&](const DeviceGuard&) {
        return launchRows(args, stream,
                          args.groupSize == 32   ? roundColumnsKernel<32>
                          : args.groupSize == 64 ? roundColumnsKernel<64>
                                                 : roundColumnsKernel<128>);
    });
}

Status descendColumns(const DescendColumnsArgs& args, Stream stream) {
    return onDeviceOf(args.codes, args, [&](const DeviceGuard&) {
        return launchRows(args, stream,
                          args.groupSize == 32   ? descendColumnsKernel<32>
                          : args.groupSize == 64 ? descendColumnsKernel<64>
                                                 : descendColumnsKernel<128>);
    });
}

} // namespace awq::kernels::cuda

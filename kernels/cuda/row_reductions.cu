// SPDX-License-Identifier: GPL-3.0-or-later
// Sums along rows (row_reductions.h): a block for each row.
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/numeric.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int threads = 256;

template <typename T>
__global__ void __launch_bounds__(threads) rowReductionKernel(RowReductionArgs args, bool whole) {
    __shared__ float scratch[32];
    const std::int64_t row = blockIdx.x;
    const T* a = static_cast<const T*>(args.a) + row * args.strideA;
    const T* b = args.b ? static_cast<const T*>(args.b) + row * args.strideB : nullptr;
    const bool product = args.kind == RowReductionArgs::Kind::product;
    float sum = 0;
    for (std::int64_t k = threadIdx.x * 8; k < args.columns; k += threads * 8) {
        float x[8], y[8] = {};
        loadEight(a, k, args.columns, whole, x);
        if (b)
            loadEight(b, k, args.columns, whole, y);
#pragma unroll
        for (int i = 0; i < 8; ++i)
            sum += product ? x[i] * y[i] : (x[i] - y[i]) * (x[i] - y[i]);
    }
    sum = reduceBlock(sum, Sum(), scratch);
    if (threadIdx.x == 0)
        args.sums[row] = args.accumulate ? args.sums[row] + sum : sum;
}

} // namespace

Status rowReduction(const RowReductionArgs& args, Stream stream) {
    return onDeviceOf(args.sums, args, [&](const DeviceGuard&) {
        const bool whole = args.columns % 8 == 0 && args.strideA % 8 == 0 && args.strideB % 8 == 0 &&
                           isAligned(args.a) && isAligned(args.b);
        LaunchShape shape;
        shape.grid = dim3(unsigned(args.rows));
        shape.block = dim3(threads);
        return withElement(args.type, [&](auto tag) {
            return launch(shape, stream, rowReductionKernel<typename decltype(tag)::Type>, args, whole);
        });
    });
}

} // namespace awq::kernels::cuda

// SPDX-License-Identifier: GPL-3.0-or-later
// RMSNorm and LayerNorm (norm.h): a block for each row, the row in registers.
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/row_vectors.cuh"

namespace awq::kernels::cuda {
namespace {

// Blocks of short rows leave room for others, which read while these add up.
constexpr int blocksTogether(int pieces) {
    return pieces <= 2 ? 2 : 1;
}

template <typename T, int pieces>
__global__ void __launch_bounds__(largestRowBlock, blocksTogether(pieces)) normKernel(NormArgs args, bool whole) {
    __shared__ float scratch[32];
    allowNextKernel();
    awaitPreviousKernel();
    const std::int64_t row = blockIdx.x;
    RowVectors<pieces> v;
    v.columns = args.columns;
    v.whole = whole;
    const T* input = static_cast<const T*>(args.input) + row * args.inputStride;
    if (args.residual)
        v.loadSum(input, static_cast<const T*>(args.residual) + row * args.residualStride);
    else
        v.load(input);
    if (args.sum)
        v.store(static_cast<T*>(args.sum) + row * args.sumStride);

    float mean = 0, squares = 0;
    if (args.kind == NormArgs::Kind::layer) {
        v.forEach([&](float value, std::int64_t) { mean += value; });
        mean = reduceBlock(mean, Sum(), scratch) / float(args.columns);
    }
    v.forEach([&](float value, std::int64_t) { squares += (value - mean) * (value - mean); });
    squares = reduceBlock(squares, Sum(), scratch);
    const float factor = 1.0f / sqrtf(squares / float(args.columns) + args.epsilon);

    const T* weights = static_cast<const T*>(args.weight);
    const T* biases = static_cast<const T*>(args.bias);
#pragma unroll
    for (int p = 0; p < pieces; ++p) {
        const std::int64_t first = v.firstColumn(p);
        if (first >= args.columns)
            continue;
        float weight[8] = {1, 1, 1, 1, 1, 1, 1, 1}, bias[8] = {};
        if (weights)
            loadEight(weights, first, args.columns, whole, weight);
        if (biases)
            loadEight(biases, first, args.columns, whole, bias);
#pragma unroll
        for (int i = 0; i < 8; ++i)
            v.values[p][i] = (v.values[p][i] - mean) * factor * (weight[i] + args.weightOffset) + bias[i];
    }
    if (args.quantized)
        v.quantize(row, args.quantized, args.tokenScales, args.rowSums, scratch);
    else
        v.store(static_cast<T*>(args.output) + row * args.outputStride);
}

bool isWhole(const NormArgs& args) {
    const auto fits = [](const void* tensor, std::int64_t stride) {
        return !tensor || (isAligned(tensor) && stride % 8 == 0);
    };
    return args.columns % 8 == 0 && fits(args.input, args.inputStride) && fits(args.residual, args.residualStride) &&
           fits(args.sum, args.sumStride) && fits(args.output, args.outputStride) && isAligned(args.weight) &&
           isAligned(args.bias);
}

} // namespace

Status norm(const NormArgs& args, Stream stream, Overlap overlap) {
    return onDeviceOf(
        args.quantized ? static_cast<void*>(args.quantized) : args.output, args, [&](const DeviceGuard& device) {
            return withElement(args.type, [&](auto tag) {
                return withRowPieces(args.columns, [&](auto pieces, unsigned threads) {
                    LaunchShape shape;
                    shape.grid = dim3(unsigned(args.rows));
                    shape.block = dim3(threads);
                    shape.overlap = supported(overlap, device);
                    return launch(shape, stream, normKernel<typename decltype(tag)::Type, decltype(pieces)::value>,
                                  args, isWhole(args));
                });
            });
        });
}

} // namespace awq::kernels::cuda

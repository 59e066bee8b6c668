// SPDX-License-Identifier: GPL-3.0-or-later
// Activations (activation.h): eight values a thread, or a block for each row when it is quantized.
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/row_vectors.cuh"

namespace awq::kernels::cuda {
namespace {

constexpr int threads = 256;

__device__ inline float activated(ActivationArgs::Kind kind, float x) {
    switch (kind) {
    case ActivationArgs::Kind::identity:
        return x;
    case ActivationArgs::Kind::relu:
        return x < 0 ? 0.0f : x; // NaN stays
    case ActivationArgs::Kind::silu:
        return x / (1.0f + __expf(-x));
    case ActivationArgs::Kind::geluTanh:
        return 0.5f * x * (1.0f + tanhf(0.7978845608f * (x + 0.044715f * x * x * x)));
    case ActivationArgs::Kind::geluErf:
        return 0.5f * x * (1.0f + erff(x * 0.7071067812f));
    case ActivationArgs::Kind::quickGelu:
        return x / (1.0f + __expf(-1.702f * x));
    }
    return x;
}

// Eight results from `first` on.
template <typename T>
__device__ void computeEight(const ActivationArgs& args, std::int64_t row, std::int64_t first, bool whole,
                             float (&values)[8]) {
    loadEight(static_cast<const T*>(args.gate) + row * args.gateStride, first, args.columns, whole, values);
#pragma unroll
    for (float& value : values)
        value = activated(args.kind, value);
    float other[8];
    if (args.up) {
        loadEight(static_cast<const T*>(args.up) + row * args.upStride, first, args.columns, whole, other);
#pragma unroll
        for (int i = 0; i < 8; ++i)
            values[i] *= other[i];
    }
    if (args.reference) {
        loadEight(static_cast<const T*>(args.reference) + row * args.referenceStride, first, args.columns, whole,
                  other);
#pragma unroll
        for (int i = 0; i < 8; ++i)
            values[i] -= other[i];
    }
}

template <typename T>
__global__ void __launch_bounds__(threads) activationKernel(ActivationArgs args, bool whole) {
    allowNextKernel();
    awaitPreviousKernel();
    const std::int64_t vectors = (args.columns + 7) / 8;
    const std::int64_t index = std::int64_t(blockIdx.x) * threads + threadIdx.x;
    const std::int64_t row = index / vectors, first = index % vectors * 8;
    if (row >= args.rows)
        return;
    float values[8];
    computeEight<T>(args, row, first, whole, values);
    storeEight(static_cast<T*>(args.output) + row * args.outputStride, first, args.columns, whole, values);
}

template <typename T, int pieces>
__global__ void __launch_bounds__(largestRowBlock) quantizedActivationKernel(ActivationArgs args, bool whole) {
    __shared__ float scratch[32];
    allowNextKernel();
    awaitPreviousKernel();
    RowVectors<pieces> v;
    v.columns = args.columns;
    v.whole = whole;
#pragma unroll
    for (int p = 0; p < pieces; ++p)
        if (v.firstColumn(p) < args.columns)
            computeEight<T>(args, blockIdx.x, v.firstColumn(p), whole, v.values[p]);
    v.quantize(blockIdx.x, args.quantized, args.tokenScales, args.rowSums, scratch);
}

bool isWhole(const ActivationArgs& args) {
    const auto fits = [](const void* tensor, std::int64_t stride) {
        return !tensor || (isAligned(tensor) && stride % 8 == 0);
    };
    return args.columns % 8 == 0 && fits(args.gate, args.gateStride) && fits(args.up, args.upStride) &&
           fits(args.reference, args.referenceStride) && fits(args.output, args.outputStride);
}

template <typename T>
Status launchActivation(const ActivationArgs& args, Stream stream, Overlap overlap) {
    LaunchShape shape;
    shape.overlap = overlap;
    if (!args.quantized) {
        shape.grid = dim3(unsigned(divideUp(args.rows * divideUp(args.columns, 8), threads)));
        shape.block = dim3(threads);
        return launch(shape, stream, activationKernel<T>, args, isWhole(args));
    }
    return withRowPieces(args.columns, [&](auto pieces, unsigned rowThreads) {
        shape.grid = dim3(unsigned(args.rows));
        shape.block = dim3(rowThreads);
        return launch(shape, stream, quantizedActivationKernel<T, decltype(pieces)::value>, args, isWhole(args));
    });
}

} // namespace

Status activation(const ActivationArgs& args, Stream stream, Overlap overlap) {
    return onDeviceOf(
        args.quantized ? static_cast<void*>(args.quantized) : args.output, args, [&](const DeviceGuard& device) {
            return withElement(args.type, [&](auto tag) {
                return launchActivation<typename decltype(tag)::Type>(args, stream, supported(overlap, device));
            });
        });
}

} // namespace awq::kernels::cuda

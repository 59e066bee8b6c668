// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products on a device: what CUDA asks of the arguments, and the choice of a path.
#include "kernels/common/argument_checks.h"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/packed_paths.h"

namespace awq::kernels::cuda {
namespace {

constexpr std::int64_t largestSmallBatch = 16;

Status checkForCuda(const PackedLinearArgs& args) {
    constexpr std::int64_t largestSize = 1 << 30;
    if (!isSixteenBit(args.type) || args.type != args.weight.scaleType)
        return Status::badDType;
    const PackedLayout& layout = args.weight.layout;
    if (layout.columns % 8 != 0 || layout.rows > largestSize || layout.columns > largestSize ||
        args.tokens > largestSize)
        return Status::badShape;
    const bool aligned = isAligned(args.weight.data, 128) && isAligned(args.input) && args.inputStride % 8 == 0;
    return aligned ? Status::ok : Status::badStride;
}

// Measured on one H200: above 8 tokens a matrix whose row blocks occupy the device once goes faster through its tiles.
bool prefersSmallBatch(const PackedLinearArgs& args, const DeviceGuard& device) {
    constexpr std::int64_t oneTokenTile = 8;
    return args.tokens <= oneTokenTile ||
           (args.tokens <= largestSmallBatch && args.weight.layout.rowBlocks() > device.multiprocessors());
}

Status runFastest(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device) {
    if (device.capability() != 90)
        return portableLinear(args, stream, overlap, device);
    if (prefersSmallBatch(args, device))
        if (const Status status = smallBatchLinear(args, stream, overlap, device); status != Status::unsupported)
            return status;
    return matrixLinear(args, stream, overlap, device);
}

Status runPath(LinearPath path, const PackedLinearArgs& args, Stream stream, Overlap overlap,
               const DeviceGuard& device) {
    const bool hopper = device.capability() == 90;
    switch (path) {
    case LinearPath::automatic:
        return runFastest(args, stream, overlap, device);
    case LinearPath::smallBatch:
        if (args.tokens > largestSmallBatch)
            return Status::badShape;
        return hopper ? smallBatchLinear(args, stream, overlap, device) : Status::unsupported;
    case LinearPath::matrix:
        return hopper ? matrixLinear(args, stream, overlap, device) : Status::unsupported;
    case LinearPath::portable:
        return portableLinear(args, stream, overlap, device);
    }
    return Status::unsupported;
}

} // namespace

Status packedLinear(const PackedLinearArgs& args, Stream stream, Overlap overlap, LinearPath path) {
    return onDeviceOf(args.output, args, [&](const DeviceGuard& device) {
        if (const Status status = checkForCuda(args); status != Status::ok)
            return status;
        return runPath(path, args, stream, supported(overlap, device), device);
    });
}

} // namespace awq::kernels::cuda

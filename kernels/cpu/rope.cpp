// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of rope.h.
#include "kernels/rope.h"

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"

namespace awq::kernels::cpu {
namespace {

void rotateHead(const RopeArgs& args, std::int64_t position, std::int64_t in, std::int64_t out) {
    const std::int64_t half = args.rotaryDim / 2;
    const bool known = position >= 0 && position < args.tablePositions;
    for (std::int64_t i = 0; i < half; ++i) {
        const std::int64_t first = args.interleaved ? 2 * i : i, second = args.interleaved ? 2 * i + 1 : i + half;
        const float a = load(args.type, args.input, in + first), b = load(args.type, args.input, in + second);
        const float cosine = known ? args.cosines[position * half + i] : NAN;
        const float sine = known ? args.sines[position * half + i] : NAN;
        store(args.type, args.output, out + first, a * cosine - b * sine);
        store(args.type, args.output, out + second, b * cosine + a * sine);
    }
    for (std::int64_t i = args.rotaryDim; i < args.headDim; ++i)
        store(args.type, args.output, out + i, load(args.type, args.input, in + i));
}

void rotateAll(const RopeArgs& args) {
    for (std::int64_t t = 0; t < args.tokens; ++t) {
        const std::int64_t slot = args.outputSlots ? args.outputSlots[t] : t;
        const std::int64_t position = args.rotaryDim > 0 ? args.positions[t] : 0;
        for (std::int64_t h = 0; h < args.heads; ++h)
            rotateHead(args, position, t * args.inputTokenStride + h * args.inputHeadStride,
                       slot * args.outputTokenStride + h * args.outputHeadStride);
    }
}

} // namespace

Status rope(const RopeParts& all) {
    if (const Status status = check(all); status != Status::ok)
        return status;
    for (std::size_t i = 0; i < all.count; ++i)
        rotateAll(all.parts[i]);
    return Status::ok;
}

} // namespace awq::kernels::cpu

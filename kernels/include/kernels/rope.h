// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary position embedding, in place or on the way into a KV cache.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device.h"
#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::kernels {

// Rotates the first rotaryDim elements of every head; the rest is copied. Pairs are (i, i + rotaryDim/2), or
// (2i, 2i + 1) when interleaved: (a, b) -> (a cos - b sin, b cos + a sin). Source: RoFormer, GPT-NeoX and GPT-J forms.
struct RopeArgs {
    DType type = DType::float16;
    std::int64_t tokens = 0, heads = 0, headDim = 0;
    std::int64_t rotaryDim = 0; // even, up to headDim; 0 copies
    bool interleaved = false;
    const std::int32_t* positions = nullptr; // [tokens]; outside the table the rotated elements become NaN
    const float* cosines = nullptr;          // [tablePositions, rotaryDim/2]
    const float* sines = nullptr;            // likewise
    std::int64_t tablePositions = 0;
    const void* input = nullptr; // token t, head h at t * inputTokenStride + h * inputHeadStride
    std::int64_t inputTokenStride = 0, inputHeadStride = 0;
    void* output = nullptr; // may be the input with the same strides
    std::int64_t outputTokenStride = 0, outputHeadStride = 0;
    const std::int64_t* outputSlots = nullptr; // [tokens] takes the place of t in the output, or null
};

// One launch does several rotations of the same element type: of queries, keys and values on their ways.
constexpr std::size_t mostRopeParts = 4;

struct RopeParts {
    const RopeArgs* parts = nullptr;
    std::size_t count = 0; // 1 .. mostRopeParts
};

namespace cpu {
Status rope(const RopeParts& parts);
inline Status rope(const RopeArgs& args) {
    return rope(RopeParts{&args, 1});
}
} // namespace cpu
namespace cuda {
Status rope(const RopeParts& parts, Stream stream, Overlap overlap = Overlap::no);
inline Status rope(const RopeArgs& args, Stream stream, Overlap overlap = Overlap::no) {
    return rope(RopeParts{&args, 1}, stream, overlap);
}
} // namespace cuda

} // namespace awq::kernels

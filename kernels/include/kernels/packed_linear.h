// SPDX-License-Identifier: GPL-3.0-or-later
// y = x W^T + bias with W in the packed INT4 or INT3 layout (layout.h), for any number of tokens.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/layout.h"
#include "kernels/parallel.h"

namespace awq::kernels {

struct PackedLinearArgs {
    PackedWeight weight;
    DType type = DType::float16;   // of input, bias and output. CUDA: float16 or bfloat16, the weight's scale type
    std::int64_t tokens = 0;       // > 0
    const void* input = nullptr;   // [tokens, columns]
    std::int64_t inputStride = 0;  // elements between tokens. CUDA: multiple of 8, pointer aligned to 16
    const void* bias = nullptr;    // [rows], or null
    void* output = nullptr;        // [tokens, rows]
    std::int64_t outputStride = 0; // elements between tokens
    // CUDA: packedLinearWorkspace bytes that were zero before the first use; every call leaves its counters zero.
    // Calls on different streams need different ones.
    void* workspace = nullptr;
    std::int64_t workspaceBytes = 0;
};

// The way a call takes; automatic picks by the number of tokens from a measured table.
enum class LinearPath {
    automatic,
    smallBatch, // up to 16 tokens, bandwidth-bound; compute capability 9.0
    matrix,     // more tokens, wgmma; compute capability 9.0
    portable,   // any number of tokens, mma.sync; compute capability 8.0 and newer
};

std::int64_t packedLinearWorkspace(const PackedLinearArgs& args);

namespace cpu {
// The oracle: exact weights, float64 sums.
Status packedLinear(const PackedLinearArgs& args);
// The product's path: float32 sums, vector instructions, rows spread over `parallel`, sixteen tokens at a time.
Status fastPackedLinear(const PackedLinearArgs& args, const Parallel& parallel = {});
} // namespace cpu

namespace cuda {
// Float32 sums. columns % 8 == 0. The smallBatch path multiplies exact codes and applies scales in float32; the others
// round each weight to `type` first. A non-finite input makes its token's outputs non-finite.
Status packedLinear(const PackedLinearArgs& args, Stream stream, Overlap overlap = Overlap::no,
                    LinearPath path = LinearPath::automatic);
} // namespace cuda

} // namespace awq::kernels

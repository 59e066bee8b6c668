// SPDX-License-Identifier: GPL-3.0-or-later
// Statistics of a linear's inputs in one read: per-group Gram matrices and mean magnitudes.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::kernels {

// gram[g] += X_g^T X_g and magnitude += sum of |X|, over tokens; X_g are the groupSize columns of group g.
// Sums in float32, in a fixed order.
struct GroupGramArgs {
    DType type = DType::float16; // of the input: float16 or bfloat16
    std::int64_t tokens = 0, columns = 0;
    std::int64_t groupSize = 128; // 32, 64 or 128; divides columns
    const void* input = nullptr;  // [tokens, columns]
    std::int64_t inputStride = 0; // elements between tokens; multiple of 8
    float* gram = nullptr;        // [groups, groupSize, groupSize], added to
    float* magnitude = nullptr;   // [columns], added to
    void* workspace = nullptr;    // groupGramWorkspace bytes; contents do not matter. CPU: unused
    std::int64_t workspaceBytes = 0;
};

std::int64_t groupGramWorkspace(const GroupGramArgs& args);

// Norms and correlations of a Gram matrix whose features are divided by a channel scale:
// norms = sqrt(diag G) / s, correlations = G / (sqrt(diag G) sqrt(diag G)^T), 1 on the diagonal; a zero norm gives
// zeros.
struct NormalizeGroupGramArgs {
    std::int64_t groups = 0;
    std::int64_t groupSize = 128;        // 32, 64 or 128
    const float* gram = nullptr;         // [groups, groupSize, groupSize]
    const float* channelScale = nullptr; // [groups * groupSize] > 0, or null
    float* norms = nullptr;              // [groups * groupSize]
    void* correlations = nullptr;        // float16 [groups, groupSize, groupSize]
};

namespace cpu {
Status groupGram(const GroupGramArgs& args);
Status normalizeGroupGram(const NormalizeGroupGramArgs& args);
} // namespace cpu
namespace cuda {
Status groupGram(const GroupGramArgs& args, Stream stream);
Status normalizeGroupGram(const NormalizeGroupGramArgs& args, Stream stream);
} // namespace cuda

} // namespace awq::kernels

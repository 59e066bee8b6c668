// SPDX-License-Identifier: GPL-3.0-or-later
// The search for the clip of every group of a weight, by the Gram matrices of its inputs. Source: llm-awq auto_clip;
// the mean over tokens of (x . d)^2 is d G d with G the group's X^T X / tokens, so no activations are read.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/group_format.h"
#include "kernels/status.h"

namespace awq::kernels {

constexpr int maxClipFractions = 32;

// For every row and group: the fraction f with the smallest error d G d, d = Q(clamp(W, +-f m)) - W, m the group's
// largest magnitude. The first of equals wins; fraction 0 is tried first and wins over NaN.
// The Gram matrix comes as norms D (root of its diagonal) and correlations R, G = D R D: see normalizeGroupGram.
struct ClipSearchArgs {
    DType type = DType::float16; // of weight and arithmetic
    GroupFormat format;          // groupSize 32, 64 or 128
    std::int64_t rows = 0, columns = 0;
    const void* weight = nullptr;       // [rows, columns]
    const float* norms = nullptr;       // [columns], >= 0
    const void* correlations = nullptr; // float16 [groups, groupSize, groupSize], symmetric
    int fractionCount = 0;              // 1..maxClipFractions
    float fractions[maxClipFractions] = {};
    void* limits = nullptr;          // [rows, groups] in `type`: the best clamp
    std::uint8_t* choices = nullptr; // [rows, groups] index of the best fraction, or null
    float* errors = nullptr;         // [fractionCount, rows, groups], or null
};

namespace cpu {
Status clipSearch(const ClipSearchArgs& args);
}
namespace cuda {
Status clipSearch(const ClipSearchArgs& args, Stream stream);
}

} // namespace awq::kernels

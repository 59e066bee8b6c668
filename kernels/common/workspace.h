// SPDX-License-Identifier: GPL-3.0-or-later
// How operations cut their work, as far as it decides the size of a workspace.
#pragma once

#include <cstdint>

#include "kernels/attention.h"
#include "kernels/group_gram.h"

namespace awq::kernels {

// Token ranges of the group Gram; each writes partial sums of its own.
std::int64_t groupGramSplits(const GroupGramArgs& args);

// Query heads that share a key head go through the tensor cores sixteen at a time.
constexpr std::int64_t headsPerTile = 16;

struct AttentionSplit {
    std::int64_t count;     // ranges of keys
    std::int64_t keys;      // in a range, a multiple of the tile
    std::int64_t headTiles; // per key head
};

constexpr std::int64_t keysPerTile = 64;

// For a device with `multiprocessors`, each of which runs `blocksEach` at a time.
AttentionSplit attentionSplit(const DecodeAttentionArgs& args, int multiprocessors, int blocksEach);

} // namespace awq::kernels

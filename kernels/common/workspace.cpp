// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes of workspaces.
#include "kernels/common/workspace.h"

#include <algorithm>

#include "kernels/packed_linear.h"

namespace awq::kernels {
namespace {

constexpr std::int64_t divideUp(std::int64_t value, std::int64_t by) {
    return (value + by - 1) / by;
}

// More parts than this fill no device.
std::int64_t largestAttentionSplit(const DecodeAttentionArgs& args) {
    constexpr std::int64_t blocksThatFill = 2048, largest = 64;
    const std::int64_t blocks = args.batch * args.kvHeads * divideUp(args.heads / args.kvHeads, headsPerTile);
    return std::clamp<std::int64_t>(blocksThatFill / blocks, 1,
                                    std::min(largest, divideUp(args.maxLength, keysPerTile)));
}

} // namespace

std::int64_t groupGramSplits(const GroupGramArgs& args) {
    constexpr std::int64_t blocks = 528, fewestTokens = 512; // four blocks for each multiprocessor of a large device
    const std::int64_t tiles = divideUp(args.columns, 128);
    return std::clamp<std::int64_t>(blocks / tiles, 1, std::max<std::int64_t>(1, args.tokens / fewestTokens));
}

std::int64_t groupGramWorkspace(const GroupGramArgs& args) {
    return groupGramSplits(args) * args.columns * (args.groupSize + 1) * std::int64_t(sizeof(float));
}

std::int64_t packedLinearWorkspace(const PackedLinearArgs& args) {
    // Counters and the partial sums of all blocks that can share output tiles at a time.
    constexpr std::int64_t mebibyte = 1 << 20;
    return args.tokens <= 16 ? 5 * mebibyte : 20 * mebibyte;
}

AttentionSplit attentionSplit(const DecodeAttentionArgs& args, int multiprocessors, int blocksEach) {
    const std::int64_t headTiles = divideUp(args.heads / args.kvHeads, headsPerTile);
    const std::int64_t keys = args.window > 0 ? std::min(args.window, args.maxLength) : args.maxLength;
    const std::int64_t tiles = divideUp(keys, keysPerTile), blocks = args.batch * args.kvHeads * headTiles;
    const std::int64_t slots = std::int64_t(multiprocessors) * blocksEach;
    // Time in tiles: waves of blocks, each with a start-up; combining parts costs a launch and a little for each.
    const auto timeOf = [&](std::int64_t count) {
        constexpr double startUp = 2, launch = 4, part = 0.25;
        const double waves = double(divideUp(blocks * count, slots));
        return waves * (double(divideUp(tiles, count)) + startUp) + (count > 1 ? launch + part * double(count) : 0);
    };
    std::int64_t best = 1;
    for (std::int64_t count = 2; count <= std::min(tiles, largestAttentionSplit(args)); ++count)
        if (timeOf(count) < timeOf(best))
            best = count;
    return {best, divideUp(tiles, best) * keysPerTile, headTiles};
}

std::int64_t decodeAttentionWorkspace(const DecodeAttentionArgs& args) {
    // Sums, and largest score and total of every part.
    const std::int64_t rows = largestAttentionSplit(args) * args.batch * args.heads;
    return rows * (args.headDim + 2) * std::int64_t(sizeof(float));
}

} // namespace awq::kernels

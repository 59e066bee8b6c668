// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of attention.h: float64 softmax and sums.
#include "kernels/attention.h"

#include <algorithm>
#include <vector>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"

namespace awq::kernels::cpu {
namespace {

std::int64_t keyOffset(const DecodeAttentionArgs& args, std::int64_t sample, std::int64_t kvHead, std::int64_t key) {
    const std::int64_t head = kvHead * args.headStride;
    if (!args.blockTable)
        return sample * args.batchStride + head + key * args.tokenStride;
    const std::int64_t page = args.blockTable[sample * args.blockTableStride + key / args.pageSize];
    return page * args.pageStride + head + key % args.pageSize * args.tokenStride;
}

void attend(const DecodeAttentionArgs& args, std::int64_t sample, std::int64_t head) {
    const std::int64_t length = args.lengths[sample], kvHead = head / (args.heads / args.kvHeads);
    const std::int64_t first = args.window > 0 ? std::max<std::int64_t>(0, length - args.window) : 0;
    const std::int64_t query = (sample * args.heads + head) * args.headDim;
    std::vector<double> scores, result(std::size_t(args.headDim));
    double largest = -INFINITY, total = 0;
    for (std::int64_t key = first; key < length; ++key) {
        const std::int64_t offset = keyOffset(args, sample, kvHead, key);
        double dot = 0;
        for (std::int64_t d = 0; d < args.headDim; ++d)
            dot += double(load(args.type, args.query, query + d)) * load(args.type, args.keys, offset + d);
        const double bias = args.slopes ? args.slopes[head] * double(key - (length - 1)) : 0.0;
        scores.push_back(dot * args.scale + bias);
        largest = std::max(largest, scores.back());
    }
    for (std::int64_t key = first; key < length; ++key) {
        const double weight = std::exp(scores[std::size_t(key - first)] - largest);
        const std::int64_t offset = keyOffset(args, sample, kvHead, key);
        total += weight;
        for (std::int64_t d = 0; d < args.headDim; ++d)
            result[std::size_t(d)] += weight * load(args.type, args.values, offset + d);
    }
    for (std::int64_t d = 0; d < args.headDim; ++d)
        store(args.type, args.output, query + d, total > 0 ? float(result[std::size_t(d)] / total) : 0.0f);
}

} // namespace

Status decodeAttention(const DecodeAttentionArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    for (std::int64_t sample = 0; sample < args.batch; ++sample)
        for (std::int64_t head = 0; head < args.heads; ++head)
            attend(args, sample, head);
    return Status::ok;
}

} // namespace awq::kernels::cpu

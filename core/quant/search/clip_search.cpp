// SPDX-License-Identifier: GPL-3.0-or-later
// Clip search over a grid of fractions, all rows of a chunk at once.
#include "core/quant/search/clip_search_torch.h"

#include <algorithm>

#include "core/error.h"

namespace awq::core {
namespace {

constexpr std::int64_t chunkElements = 1 << 22; // weights treated at once: bounds the temporaries to some tens of megabytes

// [groups, groupSize, groupSize] float32: mean over tokens of x x^T within each group.
at::Tensor groupGrams(const at::Tensor& sample, std::int64_t groupSize) {
    const at::Tensor groups = sample.to(at::kFloat).view({sample.size(0), -1, groupSize}).transpose(0, 1); // [groups, tokens, size]
    return at::bmm(groups.transpose(1, 2), groups).div_(double(sample.size(0)));
}

// [groups, rows]: d G d^T for the groups of every row. `difference`: [groups, rows, groupSize].
at::Tensor groupErrors(const at::Tensor& difference, const at::Tensor& grams) {
    return at::bmm(difference, grams).mul_(difference).sum(2);
}

} // namespace

std::vector<double> awqClipFractions() {
    constexpr int steps = 10;
    std::vector<double> fractions(steps);
    for (int i = 0; i < steps; ++i)
        fractions[std::size_t(i)] = 1.0 - double(i) / 20;
    return fractions;
}

at::Tensor sampleTokens(const at::Tensor& input, std::int64_t count) {
    const at::Tensor rows = input.reshape({-1, input.size(-1)});
    const std::int64_t step = std::max<std::int64_t>(1, rows.size(0) / count);
    return rows.slice(0, 0, rows.size(0), step);
}

ClipSearchResult searchClip(const at::Tensor& weight, const at::Tensor& sample, const GroupFormat& format,
                            const std::vector<double>& fractions, std::stop_token stop) {
    const std::int64_t rows = weight.size(0), groupCount = weight.size(1) / format.groupSize;
    const at::Tensor grams = groupGrams(sample, format.groupSize);
    const std::int64_t chunkRows = std::max<std::int64_t>(1, chunkElements / weight.size(1));
    ClipSearchResult result;
    result.losses.assign(fractions.size(), 0.0);
    std::vector<at::Tensor> limits, shares;
    for (std::int64_t first = 0; first < rows; first += chunkRows) {
        const at::Tensor chunk = weight.slice(0, first, std::min(rows, first + chunkRows));
        const at::Tensor largest = chunk.view({chunk.size(0), groupCount, format.groupSize}).abs().amax(2); // [rows, groups]
        at::Tensor bestError, bestLimit, bestShare;
        for (std::size_t i = 0; i < fractions.size(); ++i) {
            if (stop.stop_requested())
                throw Error(ErrorCode::cancelled, "cancelled");
            const at::Tensor limit = largest * fractions[i];
            const at::Tensor difference = (quantizeDequantize(clampGroups(chunk, limit), format) - chunk).to(at::kFloat);
            const at::Tensor error =
                groupErrors(difference.view({chunk.size(0), groupCount, format.groupSize}).transpose(0, 1), grams).t();
            result.losses[i] += error.sum(at::kDouble).item<double>();
            if (i == 0) {
                bestError = error.contiguous();
                bestLimit = limit;
                bestShare = at::full_like(error, fractions[0]);
                continue;
            }
            const at::Tensor better = error < bestError;
            bestError = at::where(better, error, bestError);
            bestLimit = at::where(better, limit, bestLimit);
            bestShare.masked_fill_(better, fractions[i]);
        }
        limits.push_back(bestLimit);
        shares.push_back(bestShare);
    }
    result.limit = at::cat(limits);
    result.fraction = at::cat(shares);
    return result;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Clip search over a grid of fractions, all groups of some rows at once.
#include "core/quant/search/clip_search_torch.h"

#include "core/cancel.h"
#include "core/quant/search/kernel_rounding_torch.h"

namespace awq::core {
namespace {

// Squared error of each group's partial sums. Without cross terms between groups it is a quadratic form of the weight's
// change, so either the products with the sampled tokens or the groups' Gram matrices give it exactly; the smaller
// wins.
class GroupErrors {
public:
    GroupErrors(const at::Tensor& sample, std::int64_t groupSize, ClipMeasure measure) : m_tokens(sample.size(0)) {
        const at::Tensor groups = sample.to(at::kFloat).view({m_tokens, -1, groupSize}).transpose(0, 1);
        m_throughGram = measure == ClipMeasure::quickest && groupSize <= m_tokens;
        m_factor = m_throughGram ? at::bmm(groups.transpose(1, 2), groups) : groups.transpose(1, 2).contiguous();
    }

    // `change`: [rows, groups, groupSize] float32 -> [rows, groups], mean over tokens.
    at::Tensor of(const at::Tensor& change) const {
        const at::Tensor byGroup = change.transpose(0, 1); // [groups, rows, groupSize]
        at::Tensor products = at::bmm(byGroup, m_factor);
        products.mul_(m_throughGram ? byGroup : products);
        return products.sum(2).div_(double(m_tokens)).t();
    }

private:
    std::int64_t m_tokens;
    bool m_throughGram = true;
    at::Tensor m_factor; // [groups, groupSize, groupSize], or [groups, groupSize, tokens]
};

struct RowsResult {
    at::Tensor limit, fraction;
    std::vector<double> losses;
};

// `weight`: some rows, [rows, groups, groupSize].
RowsResult searchRows(const at::Tensor& weight, const GroupErrors& errors, const GroupFormat& format,
                      const std::vector<double>& fractions) {
    const at::Tensor largest = weight.abs().amax(2);
    RowsResult best;
    at::Tensor bestError;
    for (std::size_t i = 0; i < fractions.size(); ++i) {
        const at::Tensor limit = largest * fractions[i];
        const at::Tensor rounded = quantizeDequantize(clampGroups(weight.flatten(1), limit), format).view_as(weight);
        const at::Tensor error = errors.of((rounded - weight).to(at::kFloat));
        best.losses.push_back(error.sum(at::kDouble).item<double>());
        if (i == 0) {
            bestError = error.contiguous();
            best.limit = limit;
            best.fraction = at::full_like(bestError, fractions[0]);
            continue;
        }
        const at::Tensor better = error < bestError;
        bestError = at::where(better, error, bestError);
        best.limit = at::where(better, limit, best.limit);
        best.fraction.masked_fill_(better, fractions[i]);
    }
    return best;
}

// [groups, groupSize, groupSize] float32: mean of x x^T.
at::Tensor groupGrams(const at::Tensor& sample, std::int64_t groupSize) {
    const at::Tensor groups = sample.to(at::kFloat).view({sample.size(0), -1, groupSize}).transpose(0, 1);
    return at::bmm(groups.transpose(1, 2), groups).div_(double(sample.size(0)));
}

ClipSearchResult searchOnGpu(const at::Tensor& weight, const at::Tensor& sample, const GroupFormat& format,
                             const std::vector<double>& fractions) {
    const KernelClips found =
        searchClipByKernel(weight.contiguous(), groupGrams(sample, format.groupSize), format, fractions);
    const at::Tensor steps = at::tensor(fractions, at::kFloat).to(weight.device());
    ClipSearchResult result{found.limit, steps.index({found.choice.to(at::kLong)}), {}};
    const at::Tensor losses = found.errors.flatten(1).sum({1}, false, at::kDouble).cpu();
    result.losses.assign(losses.const_data_ptr<double>(), losses.const_data_ptr<double>() + losses.numel());
    return result;
}

} // namespace

std::vector<double> awqClipFractions() {
    constexpr int steps = 10;
    std::vector<double> fractions(steps);
    for (int i = 0; i < steps; ++i)
        fractions[std::size_t(i)] = 1.0 - double(i) / 20;
    return fractions;
}

ClipSearchResult searchClip(const at::Tensor& weight, const at::Tensor& sample, const GroupFormat& format,
                            const std::vector<double>& fractions, const Workers& workers, std::stop_token stop,
                            ClipMeasure measure) {
    if (measure == ClipMeasure::quickest && clipKernelTakes(weight, format))
        return searchOnGpu(weight, sample, format, fractions);
    const at::Tensor groups = weight.view({weight.size(0), -1, format.groupSize});
    const GroupErrors errors(sample, format.groupSize, measure);
    const std::int64_t step = Workers::rowsAtATime(weight);
    std::vector<RowsResult> pieces(std::size_t((weight.size(0) + step - 1) / step));
    workers.forEach(std::int64_t(pieces.size()), [&](std::int64_t i) {
        throwIfStopped(stop);
        pieces[std::size_t(i)] = searchRows(groups.slice(0, i * step, (i + 1) * step), errors, format, fractions);
    });
    ClipSearchResult result;
    result.losses.assign(fractions.size(), 0.0);
    std::vector<at::Tensor> limits, shares;
    for (const RowsResult& piece : pieces) {
        limits.push_back(piece.limit);
        shares.push_back(piece.fraction);
        for (std::size_t i = 0; i < fractions.size(); ++i)
            result.losses[i] += piece.losses[i];
    }
    result.limit = at::cat(limits);
    result.fraction = at::cat(shares);
    return result;
}

} // namespace awq::core

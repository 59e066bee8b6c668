// SPDX-License-Identifier: GPL-3.0-or-later
// All pairs of ends for all groups of some rows at once.
#include "core/quant/search/range_search_torch.h"

#include "core/cancel.h"

namespace awq::core {
namespace {

constexpr double smallestRange = 1e-5;

// [groups, rows, 1] each.
struct Candidate {
    at::Tensor scales, zeros;
};

// Some rows of the weight, group by group: [groups, rows, groupSize].
class RangeSearch {
public:
    RangeSearch(const at::Tensor& groups, const at::Tensor& grams, const GroupFormat& format)
        : m_groups(groups), m_grams(grams), m_format(format), m_highest(groups.amax({2}, true).clamp_min_(0)),
          m_lowest(groups.amin({2}, true).clamp_max_(0)) {}

    RangeSearchResult run(const std::vector<double>& fractions) {
        for (const double high : fractions) {
            if (m_format.zeroPoint)
                for (const double low : fractions)
                    consider(asymmetric(high, low), high == low);
            else
                consider(symmetric(high), true);
        }
        const int steps = m_format.zeroPoint ? m_format.maxCode() : (1 << m_format.bits) - 2;
        const at::Tensor full = m_format.zeroPoint ? m_highest - m_lowest : 2 * at::maximum(m_highest, -m_lowest);
        const at::Tensor width = m_best.scales * steps;
        return {{byRow(m_best.scales), byRow(m_best.zeros)},
                byRow((width / full.clamp_min(smallestRange)).clamp_max_(1)),
                m_losses};
    }

private:
    Candidate asymmetric(double high, double low) const {
        const at::Tensor bottom = m_lowest * low;
        const at::Tensor width = (m_highest * high - bottom).clamp_min_(smallestRange);
        Candidate candidate;
        candidate.scales = storableScales(width.mul_(1.0 / m_format.maxCode()), m_format);
        candidate.zeros = (bottom / candidate.scales).round_().neg_().clamp_(0, m_format.maxCode());
        return candidate;
    }

    Candidate symmetric(double fraction) const {
        const int middle = 1 << (m_format.bits - 1);
        const at::Tensor limit = (at::maximum(m_highest, -m_lowest) * fraction).clamp_min_(smallestRange);
        const at::Tensor scales = storableScales(limit.mul_(1.0 / (middle - 1)), m_format);
        return {scales, at::full_like(scales, middle)};
    }

    void consider(const Candidate& candidate, bool inCurve) {
        at::Tensor change = nearestCodes(m_groups, candidate.scales, candidate.zeros, m_format.maxCode());
        change.sub_(candidate.zeros).mul_(candidate.scales).sub_(m_groups);
        const at::Tensor error = at::bmm(change, m_grams).mul_(change).sum({2}, true);
        if (inCurve)
            m_losses.push_back(error.sum(at::kDouble).item<double>());
        if (!m_bestError.defined()) {
            m_best = candidate;
            m_bestError = error;
            return;
        }
        const at::Tensor better = error < m_bestError;
        m_bestError = at::where(better, error, m_bestError);
        m_best.scales = at::where(better, candidate.scales, m_best.scales);
        m_best.zeros = at::where(better, candidate.zeros, m_best.zeros);
    }

    static at::Tensor byRow(const at::Tensor& perGroup) { return perGroup.squeeze(2).t().contiguous(); }

    at::Tensor m_groups, m_grams;
    const GroupFormat& m_format;
    at::Tensor m_highest, m_lowest; // [groups, rows, 1]
    Candidate m_best;
    at::Tensor m_bestError;
    std::vector<double> m_losses;
};

} // namespace

at::Tensor groupGramsOf(const at::Tensor& gram, std::int64_t groupSize) {
    const std::int64_t groups = gram.size(0) / groupSize;
    return gram.view({groups, groupSize, groups, groupSize}).diagonal(0, 0, 2).permute({2, 0, 1}).contiguous();
}

RangeSearchResult searchRanges(const at::Tensor& weight, const at::Tensor& groupGrams, const GroupFormat& format,
                               const std::vector<double>& fractions, const Workers& workers, std::stop_token stop) {
    const at::Tensor groups = weight.view({weight.size(0), -1, format.groupSize}).transpose(0, 1);
    const std::int64_t step = Workers::rowsAtATime(weight);
    std::vector<RangeSearchResult> pieces(std::size_t((weight.size(0) + step - 1) / step));
    workers.forEach(std::int64_t(pieces.size()), [&](std::int64_t i) {
        throwIfStopped(stop);
        const at::Tensor rows = groups.slice(1, i * step, (i + 1) * step).contiguous();
        pieces[std::size_t(i)] = RangeSearch(rows, groupGrams, format).run(fractions);
    });
    RangeSearchResult result;
    result.losses.assign(fractions.size(), 0.0);
    std::vector<at::Tensor> scales, zeros, shares;
    for (const RangeSearchResult& piece : pieces) {
        scales.push_back(piece.grid.groupScales);
        zeros.push_back(piece.grid.zeroPoints);
        shares.push_back(piece.fraction);
        for (std::size_t i = 0; i < fractions.size(); ++i)
            result.losses[i] += piece.losses[i];
    }
    result.grid = {at::cat(scales), at::cat(zeros)};
    result.fraction = at::cat(shares);
    return result;
}

} // namespace awq::core

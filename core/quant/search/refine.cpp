// SPDX-License-Identifier: GPL-3.0-or-later
// Works on some rows at a time, transposed: [columns, rows], so that columns and groups are contiguous. Half the
// gradient of the error, H (Q - W)^T, is kept up to date with every change of Q.
#include "core/quant/search/refine_torch.h"

#include <array>

#include "core/cancel.h"
#include "core/quant/search/error_compensation_torch.h"
#include "core/quant/search/kernel_rounding_torch.h"
#include "core/quant/search/range_search_torch.h"

namespace awq::core {
namespace {

constexpr std::array stepFactors{1.0, 0.94, 0.97, 1.03, 1.06};
constexpr std::array zeroShifts{0, -1, 1};
constexpr int codePasses = 2;
constexpr double stepRidge = 1e-4;                        // towards the present steps
constexpr double smallestChange = 0.5, largestChange = 2; // of a step at once

class RowRefiner {
public:
    // `groupInverses`: [groups, groupSize, groupSize] of the diagonal blocks of `gram`.
    RowRefiner(const at::Tensor& target, const QuantizedGroups& start, const at::Tensor& gram,
               const at::Tensor& groupInverses, const at::Tensor& diagonal, const GroupFormat& format,
               std::stop_token stop)
        : m_gram(gram), m_groupInverses(groupInverses), m_diagonal(diagonal), m_format(format), m_stop(std::move(stop)),
          m_size(format.groupSize), m_groups(gram.size(0) / m_size), m_target(target.t().contiguous()),
          m_codes(start.codes.t().to(at::kFloat).contiguous()), m_scales(start.groupScales.t().contiguous()),
          m_zeros(start.zeroPoints.t().to(at::kFloat).contiguous()) {}

    QuantizedGroups run(int rounds) {
        for (int round = 0; round < rounds; ++round) {
            m_values = valuesOf(m_codes);
            m_gradient = at::mm(m_gram, m_values - m_target);
            refineGroups();
            refineSteps();
            for (int pass = 0; pass < codePasses; ++pass)
                refineCodes();
        }
        return {m_codes.t().to(at::kByte).contiguous(), m_zeros.t().to(at::kByte).contiguous(),
                m_scales.t().contiguous()};
    }

private:
    // Every candidate of a group, or the best of each row: [candidates, groupSize or 1, rows].
    struct GroupChoice {
        at::Tensor scale, zero, codes;
        at::Tensor step;   // change of the values
        at::Tensor change; // of the error
    };

    at::Tensor valuesOf(const at::Tensor& codes) const {
        const at::Tensor offsets = codes.view({m_groups, m_size, -1}) - m_zeros.unsqueeze(1);
        return (offsets * m_scales.unsqueeze(1)).view(codes.sizes());
    }

    at::Tensor inGroup(const at::Tensor& columns, std::int64_t group) const {
        return columns.slice(0, group * m_size, (group + 1) * m_size);
    }

    // Columns of the Gram matrix that the inputs of a group make: [columns, groupSize].
    at::Tensor gramColumns(std::int64_t group) const { return m_gram.slice(1, group * m_size, (group + 1) * m_size); }

    void refineGroups() {
        for (std::int64_t group = 0; group < m_groups; ++group) {
            throwIfStopped(m_stop);
            const GroupChoice best = bestOf(candidates(group));
            const at::Tensor better = best.change < 0;
            const auto keep = [&](const at::Tensor& next, at::Tensor present) {
                present.copy_(at::where(better, next, present.view_as(next)).view_as(present));
            };
            keep(best.codes, inGroup(m_codes, group));
            keep(best.scale, m_scales[group]);
            keep(best.zero, m_zeros[group]);
            const at::Tensor step = (best.step * better).squeeze(0);
            inGroup(m_values, group).add_(step);
            m_gradient.addmm_(gramColumns(group), step);
        }
    }

    // The group's steps and zero points a little to either side, each with its nearest codes.
    GroupChoice candidates(std::int64_t group) const {
        std::vector<at::Tensor> scales, zeros;
        for (const int shift : zeroShifts) {
            if (shift != 0 && !m_format.zeroPoint)
                continue;
            const at::Tensor zero = (m_zeros[group] + shift).clamp_(0, m_format.maxCode());
            for (const double factor : stepFactors) {
                scales.push_back(storableScales(m_scales[group] * factor, m_format));
                zeros.push_back(zero);
            }
        }
        const at::Tensor values = inGroup(m_values, group), gradient = inGroup(m_gradient, group);
        const at::Tensor wanted = values - at::mm(m_groupInverses[group], gradient);
        GroupChoice all{at::stack(scales).unsqueeze(1), at::stack(zeros).unsqueeze(1), {}, {}, {}};
        all.codes = nearestCodes(wanted, all.scale, all.zero, m_format.maxCode());
        all.step = (all.codes - all.zero).mul_(all.scale).sub_(values);
        all.change = at::matmul(inGroup(gramColumns(group), group), all.step);
        all.change = all.change.add_(gradient, 2).mul_(all.step).sum(1, true);
        all.change.masked_fill_(all.scale <= 0, 0);
        return all;
    }

    static GroupChoice bestOf(const GroupChoice& all) {
        const at::Tensor best = all.change.argmin(0, true);
        const auto chosen = [&](const at::Tensor& values) {
            return values.gather(0, best.expand({1, values.size(1), values.size(2)}));
        };
        return {chosen(all.scale), chosen(all.zero), chosen(all.codes), chosen(all.step), chosen(all.change)};
    }

    // Per row: A s = b for the change s of all its steps, with A_gh = C_g^T H_gh C_h and C the codes less zero points.
    void refineSteps() {
        throwIfStopped(m_stop);
        const std::int64_t rows = m_codes.size(1);
        const auto groupSums = [&](const at::Tensor& columns) { return columns.view({m_groups, m_size, rows}).sum(1); };
        const at::Tensor offsets =
            (m_codes.view({m_groups, m_size, rows}) - m_zeros.unsqueeze(1)).view({m_groups * m_size, rows});
        at::Tensor matrix = at::empty({m_groups, m_groups, rows}, m_codes.options());
        for (std::int64_t group = 0; group < m_groups; ++group)
            matrix[group].copy_(groupSums(at::mm(gramColumns(group), inGroup(offsets, group)).mul_(offsets)));
        matrix = matrix.permute({2, 0, 1}).to(at::kDouble);
        const at::Tensor slope = groupSums(offsets * m_gradient).t().to(at::kDouble).contiguous(); // [rows, groups]
        const at::Tensor change = solvedSteps(matrix, slope);
        const at::Tensor scales = m_scales.t().to(at::kDouble);
        const at::Tensor wanted = scales + change;
        const at::Tensor possible = wanted.isfinite()
                                        .logical_and(wanted >= scales * smallestChange)
                                        .logical_and(wanted <= scales * largestChange)
                                        .all(1);
        const at::Tensor stored =
            storableScales(at::where(possible.unsqueeze(1), wanted, scales).to(at::kFloat), m_format);
        const at::Tensor step = stored.to(at::kDouble) - scales;
        const at::Tensor gain =
            (at::bmm(matrix, step.unsqueeze(2)).squeeze(2) + slope * 2).mul_(step).sum(1); // change of the error
        const at::Tensor accepted = (gain < 0).logical_and((stored > 0).all(1));
        const at::Tensor kept = (step * accepted.unsqueeze(1)).to(at::kFloat).t().contiguous(); // [groups, rows]
        m_scales = at::where(accepted.unsqueeze(0), stored.t(), m_scales).contiguous();
        const at::Tensor valueStep = (offsets.view({m_groups, m_size, rows}) * kept.unsqueeze(1)).view(offsets.sizes());
        m_values.add_(valueStep);
        m_gradient.addmm_(m_gram, valueStep);
    }

    static at::Tensor solvedSteps(const at::Tensor& matrix, const at::Tensor& slope) {
        constexpr double smallest = 1e-30; // of a group whose codes all are the zero point
        at::Tensor ridged = matrix.clone();
        at::Tensor diagonal = ridged.diagonal(0, 1, 2);
        diagonal.mul_(1 + stepRidge).add_(smallest);
        return std::get<0>(at::linalg_solve_ex(ridged, -slope));
    }

    void refineCodes() {
        at::Tensor steps = at::empty({m_size, m_codes.size(1)}, m_codes.options());
        for (std::int64_t group = 0; group < m_groups; ++group) {
            throwIfStopped(m_stop);
            const at::Tensor weights = inGroup(gramColumns(group), group);
            if (columnKernelsTake(m_codes, m_size))
                descendColumnsByKernel(inGroup(m_gradient, group), weights, m_scales[group], m_zeros[group],
                                       m_format.maxCode(), inGroup(m_values, group), inGroup(m_codes, group), steps);
            else
                descend(group, weights, steps);
            m_gradient.addmm_(gramColumns(group), steps);
        }
    }

    // The group's columns in turn; `steps` [groupSize, rows] takes the changes of their values.
    void descend(std::int64_t group, const at::Tensor& weights, at::Tensor& steps) {
        const std::int64_t start = group * m_size;
        at::Tensor gradient = inGroup(m_gradient, group).clone();
        for (std::int64_t j = 0; j < m_size; ++j) {
            at::Tensor value = m_values.select(0, start + j), code = m_codes.select(0, start + j);
            at::Tensor step = steps.select(0, j);
            const at::Tensor wanted = value - gradient[j] / m_diagonal[start + j];
            code.copy_(nearestCodes(wanted, m_scales[group], m_zeros[group], m_format.maxCode()));
            const at::Tensor next = (code - m_zeros[group]).mul_(m_scales[group]);
            step.copy_(next - value);
            value.copy_(next);
            gradient.addr_(weights.select(1, j), step);
        }
    }

    const at::Tensor &m_gram, &m_groupInverses, &m_diagonal;
    const GroupFormat& m_format;
    std::stop_token m_stop;
    std::int64_t m_size, m_groups;
    at::Tensor m_target, m_codes, m_values, m_gradient; // float32 [columns, rows]
    at::Tensor m_scales, m_zeros;                       // float32 [groups, rows]
};

// Inverses of the diagonal blocks of a positive definite matrix, [groups, size, size].
at::Tensor inverseBlocks(const at::Tensor& gram, std::int64_t size) {
    return std::get<0>(at::linalg_inv_ex(groupGramsOf(gram, size).to(at::kDouble))).to(at::kFloat);
}

} // namespace

QuantizedGroups refined(const at::Tensor& target, const QuantizedGroups& start, const at::Tensor& gram,
                        const GroupFormat& format, int rounds, const Workers& workers, std::stop_token stop) {
    const at::Tensor byRow = gram.contiguous();
    const at::Tensor inverses = inverseBlocks(byRow, format.groupSize);
    const at::Tensor diagonal = gram.diagonal().contiguous();
    const std::int64_t step = rowsTogether(target);
    std::vector<QuantizedGroups> pieces(std::size_t((target.size(0) + step - 1) / step));
    workers.forEach(std::int64_t(pieces.size()), [&](std::int64_t i) {
        const auto rows = [&](const at::Tensor& tensor) { return tensor.slice(0, i * step, (i + 1) * step); };
        RowRefiner refiner(rows(target), {rows(start.codes), rows(start.zeroPoints), rows(start.groupScales)}, byRow,
                           inverses, diagonal, format, stop);
        pieces[std::size_t(i)] = refiner.run(rounds);
    });
    std::vector<at::Tensor> codes, zeros, scales;
    for (const QuantizedGroups& piece : pieces) {
        codes.push_back(piece.codes);
        zeros.push_back(piece.zeroPoints);
        scales.push_back(piece.groupScales);
    }
    return {at::cat(codes), at::cat(zeros), at::cat(scales)};
}

double quadraticError(const at::Tensor& change, const at::Tensor& gram) {
    const at::Tensor exact = change.to(at::kDouble);
    return at::mm(exact, gram.to(at::kDouble)).mul_(exact).sum().item<double>();
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Everything is transposed, [columns, rows], so that a column is contiguous. Within a group the columns left are
// updated at once, those behind it by one product per group.
#include "core/quant/search/error_compensation_torch.h"

#include <algorithm>

#include "core/cancel.h"
#include "core/error.h"
#include "core/quant/search/kernel_rounding_torch.h"

namespace awq::core {
namespace {

constexpr std::int64_t rowsOnCpu = 256, rowsOnGpu = 16384;

// Lower factor of a positive definite matrix in double; undefined when it is not.
at::Tensor choleskyOf(const at::Tensor& matrix) {
    const auto [factor, info] = at::linalg_cholesky_ex(matrix);
    return info.item<int>() == 0 && factor.isfinite().all().item<bool>() ? factor : at::Tensor();
}

// The columns of one group, [groupSize, rows]. `left`: their weights; used up. `factor`: the group's diagonal block.
void roundGroup(at::Tensor left, const at::Tensor& factor, const std::vector<float>& diagonal, std::int64_t start,
                const GroupGrid& grid, int maxCode, at::Tensor codes, at::Tensor errors) {
    const std::int64_t size = left.size(0);
    const at::Tensor scales = grid.groupScales.select(1, start / size).contiguous();
    const at::Tensor zeros = grid.zeroPoints.select(1, start / size).contiguous();
    if (columnKernelsTake(left, size))
        return roundColumnsByKernel(left, factor, scales, zeros, maxCode, codes, errors);
    for (std::int64_t j = 0; j < size; ++j) {
        const at::Tensor column = left.select(0, j);
        at::Tensor code = codes.select(0, j), error = errors.select(0, j);
        code.copy_(nearestCodes(column, scales, zeros, maxCode));
        error.copy_((column - (code - zeros).mul_(scales)).div_(diagonal[std::size_t(start + j)]));
        if (j + 1 < size)
            left.slice(0, j + 1).addr_(factor[j].slice(0, j + 1), error, 1, -1);
    }
}

// Codes of some rows: [columns, rows] float32. `left`: their weights, transposed; used up.
at::Tensor roundRows(at::Tensor left, const GroupGrid& grid, const at::Tensor& factor,
                     const std::vector<float>& diagonal, const GroupFormat& format, std::stop_token stop) {
    const std::int64_t columns = left.size(0), size = format.groupSize;
    at::Tensor codes = at::empty_like(left);
    at::Tensor errors = at::empty({size, left.size(1)}, left.options());
    for (std::int64_t start = 0; start < columns; start += size) {
        throwIfStopped(stop);
        const std::int64_t end = start + size;
        const at::Tensor block = factor.slice(0, start, end);
        roundGroup(left.slice(0, start, end), block.slice(1, start, end), diagonal, start, grid, format.maxCode(),
                   codes.slice(0, start, end), errors);
        if (end < columns)
            left.slice(0, end).addmm_(block.slice(1, end).t(), errors, 1, -1);
    }
    return codes;
}

} // namespace

double dampingFor(std::int64_t columns, std::int64_t tokens) {
    constexpr double enough = 16; // tokens a column
    const double missing = std::max(1.0, enough * double(columns) / double(std::max<std::int64_t>(tokens, 1)));
    return usualDamping * missing * missing;
}

at::Tensor damped(const at::Tensor& gram, double damping) {
    constexpr double smallest = 1e-10; // of inputs that are all zero
    at::Tensor result = gram.clone();
    at::Tensor diagonal = result.diagonal();
    diagonal.add_((diagonal.mean() * damping).clamp_min_(smallest));
    return result;
}

at::Tensor inverseFactor(const at::Tensor& gram) {
    // The reversed matrix = L L^T, so gram = R R^T with R = L reversed, upper; inverse(gram) = R^-T R^-1.
    const at::Tensor reversed = gram.to(at::kDouble).flip({0, 1});
    for (const double more : {0.0, 0.01, 0.1, 1.0}) {
        const at::Tensor lower = choleskyOf(more > 0 ? damped(reversed, more) : reversed);
        if (!lower.defined())
            continue;
        const at::Tensor identity = at::eye(gram.size(0), reversed.options());
        return at::linalg_solve_triangular(lower.flip({0, 1}), identity, true);
    }
    throw Error(ErrorCode::internal, "the Gram matrix of a linear's inputs cannot be factorised", {},
                "use another calibration text or compute dtype");
}

std::int64_t rowsTogether(const at::Tensor& weight) {
    return weight.is_cpu() ? rowsOnCpu : rowsOnGpu;
}

at::Tensor roundCompensated(const at::Tensor& weight, const GroupGrid& grid, const at::Tensor& factor,
                            const GroupFormat& format, const Workers& workers, std::stop_token stop) {
    const std::int64_t step = rowsTogether(weight);
    const at::Tensor byRow = factor.contiguous(); // solvers answer column by column
    const at::Tensor onHost = factor.diagonal().cpu().contiguous();
    const std::vector<float> diagonal(onHost.const_data_ptr<float>(), onHost.const_data_ptr<float>() + onHost.numel());
    std::vector<at::Tensor> pieces(std::size_t((weight.size(0) + step - 1) / step));
    workers.forEach(std::int64_t(pieces.size()), [&](std::int64_t i) {
        const auto rows = [&](const at::Tensor& tensor) { return tensor.slice(0, i * step, (i + 1) * step); };
        const at::Tensor left = rows(weight).t().clone(at::MemoryFormat::Contiguous);
        pieces[std::size_t(i)] =
            roundRows(left, {rows(grid.groupScales), rows(grid.zeroPoints)}, byRow, diagonal, format, stop)
                .t()
                .to(at::kByte)
                .contiguous();
    });
    return at::cat(pieces);
}

} // namespace awq::core

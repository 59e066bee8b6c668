// SPDX-License-Identifier: GPL-3.0-or-later
// Rounding column by column, each column's error made up for by those that are not rounded yet.
// Source: Frantar et al., GPTQ (2022), algorithm 1, in the natural order of columns and with grids fixed beforehand.
#pragma once

#include <cstdint>

#include <stop_token>

#include "core/quant/search/group_grid_torch.h"
#include "core/quant/search/workers_torch.h"

namespace awq::core {

// Share of a Gram matrix's mean diagonal that is added to the diagonal wherever the matrix is inverted or weighs
// errors: without it, channels of almost no energy would get arbitrary values.
inline constexpr double usualDamping = 0.01;

// More where few tokens stand behind the moments of many columns, so that their noise is not taken for structure: the
// usual one from 16 tokens a column on, below that by the square of what is missing.
double dampingFor(std::int64_t columns, std::int64_t tokens);

// gram + damping * mean(diagonal) * I, in its dtype.
at::Tensor damped(const at::Tensor& gram, double damping = usualDamping);

// U of inverse(gram) = U^T U, upper triangular, in double. `gram`: [columns, columns], damped. A
// matrix that is not positive definite for want of precision is damped further. Throws Error(internal) when even that
// fails.
at::Tensor inverseFactor(const at::Tensor& gram);

// Codes on the grid, uint8 [rows, columns]. `weight`: float32 [rows, columns]; `factor`: float32, see inverseFactor().
at::Tensor roundCompensated(const at::Tensor& weight, const GroupGrid& grid, const at::Tensor& factor,
                            const GroupFormat& format, const Workers& workers, std::stop_token stop);

// The rows of a weight that are rounded together; rows do not depend on each other.
std::int64_t rowsTogether(const at::Tensor& weight);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Improves a rounded weight where it stands: steps and zero points of groups, steps of whole rows, codes, each only
// when the exact error falls.
#pragma once

#include <stop_token>

#include "core/quant/search/group_grid_torch.h"
#include "core/quant/search/workers_torch.h"

namespace awq::core {

// Minimises sum over rows of (Q - W) H (Q - W)^T by coordinates. `target`: float32 [rows, columns], W; `gram`: float32
// [columns, columns], H, damped (see error_compensation_torch.h). A round is
//   groups  zero point and step of every group, given all others: 3 zero points (1 when symmetric) times 5 steps
//   steps   all steps of a row at once, in closed form
//   codes   two passes over the columns
QuantizedGroups refined(const at::Tensor& target, const QuantizedGroups& start, const at::Tensor& gram,
                        const GroupFormat& format, int rounds, const Workers& workers, std::stop_token stop);

// The error itself, in double.
double quadraticError(const at::Tensor& change, const at::Tensor& gram);

} // namespace awq::core

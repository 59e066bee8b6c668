// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of row_reductions.h: float64 sums.
#include "kernels/row_reductions.h"

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"

namespace awq::kernels::cpu {

Status rowReduction(const RowReductionArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    for (std::int64_t row = 0; row < args.rows; ++row) {
        double sum = 0;
        for (std::int64_t k = 0; k < args.columns; ++k) {
            const double a = load(args.type, args.a, row * args.strideA + k);
            const double b = args.b ? load(args.type, args.b, row * args.strideB + k) : 0.0;
            sum += args.kind == RowReductionArgs::Kind::product ? a * b : (a - b) * (a - b);
        }
        args.sums[row] = float(args.accumulate ? args.sums[row] + sum : sum);
    }
    return Status::ok;
}

} // namespace awq::kernels::cpu

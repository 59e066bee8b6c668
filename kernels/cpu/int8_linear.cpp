// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of int8_linear.h.
#include "kernels/int8_linear.h"

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"

namespace awq::kernels::cpu {

Status int8Linear(const Int8LinearArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    for (std::int64_t m = 0; m < args.tokens; ++m)
        for (std::int64_t n = 0; n < args.rows; ++n) {
            std::int32_t sum = 0;
            for (std::int64_t k = 0; k < args.columns; ++k)
                sum += std::int32_t(args.input[m * args.columns + k]) * args.weight[n * args.columns + k];
            double value = double(sum) * args.tokenScales[m] * args.channelScales[n];
            if (args.channelOffsets)
                value += double(args.rowSums[m]) * args.channelOffsets[n];
            if (args.bias)
                value += load(args.type, args.bias, n);
            store(args.type, args.output, m * args.outputStride + n, float(value));
        }
    return Status::ok;
}

} // namespace awq::kernels::cpu

// SPDX-License-Identifier: GPL-3.0-or-later
// Oracle of packed_linear.h: the matrix is unpacked and multiplied in float64.
#include "kernels/packed_linear.h"

#include <vector>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"
#include "kernels/packing.h"

namespace awq::kernels::cpu {

Status packedLinear(const PackedLinearArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    const std::int64_t rows = args.weight.layout.rows, columns = args.weight.layout.columns;
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    UnpackArgs unpacked;
    unpacked.weight = args.weight;
    unpacked.valueType = DType::float32;
    unpacked.values = values.data();
    unpack(unpacked);
    std::vector<double> input(static_cast<std::size_t>(columns));
    for (std::int64_t m = 0; m < args.tokens; ++m) {
        for (std::int64_t k = 0; k < columns; ++k)
            input[std::size_t(k)] = load(args.type, args.input, m * args.inputStride + k);
        for (std::int64_t n = 0; n < rows; ++n) {
            double sum = args.bias ? load(args.type, args.bias, n) : 0.0;
            const float* row = values.data() + n * columns;
            for (std::int64_t k = 0; k < columns; ++k)
                sum += input[std::size_t(k)] * row[k];
            store(args.type, args.output, m * args.outputStride + n, float(sum));
        }
    }
    return Status::ok;
}

} // namespace awq::kernels::cpu

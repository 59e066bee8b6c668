// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of norm.h: float64 statistics.
#include "kernels/norm.h"

#include <vector>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"
#include "kernels/cpu/token_quantizer.h"

namespace awq::kernels::cpu {
namespace {

// input + residual of one row, as stored.
std::vector<float> addedRow(const NormArgs& args, std::int64_t row) {
    std::vector<float> values(std::size_t(args.columns));
    for (std::int64_t k = 0; k < args.columns; ++k) {
        float value = load(args.type, args.input, row * args.inputStride + k);
        if (args.residual)
            value = roundTo(args.type, value + load(args.type, args.residual, row * args.residualStride + k));
        values[std::size_t(k)] = value;
    }
    if (args.sum)
        for (std::int64_t k = 0; k < args.columns; ++k)
            store(args.type, args.sum, row * args.sumStride + k, values[std::size_t(k)]);
    return values;
}

void normalize(const NormArgs& args, std::vector<float>& values) {
    double mean = 0, squares = 0;
    if (args.kind == NormArgs::Kind::layer) {
        for (const float value : values)
            mean += value;
        mean /= double(values.size());
    }
    for (const float value : values)
        squares += (value - mean) * (value - mean);
    const double factor = 1.0 / std::sqrt(squares / double(values.size()) + double(args.epsilon));
    for (std::size_t k = 0; k < values.size(); ++k) {
        const float weight = args.weight ? load(args.type, args.weight, std::int64_t(k)) : 1.0f;
        const float bias = args.bias ? load(args.type, args.bias, std::int64_t(k)) : 0.0f;
        values[k] = float((values[k] - mean) * factor * (double(weight) + double(args.weightOffset)) + double(bias));
    }
}

} // namespace

Status norm(const NormArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    for (std::int64_t row = 0; row < args.rows; ++row) {
        std::vector<float> values = addedRow(args, row);
        normalize(args, values);
        if (args.quantized)
            quantizeToken(values, row, args.quantized, args.tokenScales, args.rowSums);
        else
            for (std::int64_t k = 0; k < args.columns; ++k)
                store(args.type, args.output, row * args.outputStride + k, values[std::size_t(k)]);
    }
    return Status::ok;
}

} // namespace awq::kernels::cpu

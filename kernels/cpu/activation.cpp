// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of activation.h.
#include "kernels/activation.h"

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"
#include "kernels/cpu/token_quantizer.h"

namespace awq::kernels::cpu {
namespace {

double activated(ActivationArgs::Kind kind, double x) {
    constexpr double rootHalf = 0.70710678118654752440, rootTwoOverPi = 0.79788456080286535588;
    switch (kind) {
    case ActivationArgs::Kind::identity:
        return x;
    case ActivationArgs::Kind::relu:
        return x < 0 ? 0 : x; // NaN stays
    case ActivationArgs::Kind::silu:
        return x / (1 + std::exp(-x));
    case ActivationArgs::Kind::geluTanh:
        return 0.5 * x * (1 + std::tanh(rootTwoOverPi * (x + 0.044715 * x * x * x)));
    case ActivationArgs::Kind::geluErf:
        return 0.5 * x * (1 + std::erf(x * rootHalf));
    case ActivationArgs::Kind::quickGelu:
        return x / (1 + std::exp(-1.702 * x));
    }
    return x;
}

} // namespace

Status activation(const ActivationArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    std::vector<float> values(std::size_t(args.columns));
    for (std::int64_t row = 0; row < args.rows; ++row) {
        for (std::int64_t k = 0; k < args.columns; ++k) {
            double value = activated(args.kind, load(args.type, args.gate, row * args.gateStride + k));
            if (args.up)
                value *= load(args.type, args.up, row * args.upStride + k);
            if (args.reference)
                value -= load(args.type, args.reference, row * args.referenceStride + k);
            values[std::size_t(k)] = float(value);
        }
        if (args.quantized)
            quantizeToken(values, row, args.quantized, args.tokenScales, args.rowSums);
        else
            for (std::int64_t k = 0; k < args.columns; ++k)
                store(args.type, args.output, row * args.outputStride + k, values[std::size_t(k)]);
    }
    return Status::ok;
}

} // namespace awq::kernels::cpu

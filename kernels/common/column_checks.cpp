// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of the arguments of column_rounding.h.
#include "kernels/common/column_checks.h"

#include <algorithm>
#include <initializer_list>

namespace awq::kernels {
namespace {

Status checkColumns(std::int64_t rows, std::int64_t groupSize, std::int64_t matrixStride,
                    std::initializer_list<const void*> pointers) {
    const bool knownSize = groupSize == 32 || groupSize == 64 || groupSize == 128;
    if (rows <= 0 || !knownSize || std::ranges::count(pointers, nullptr) > 0)
        return Status::badShape;
    return matrixStride >= groupSize ? Status::ok : Status::badStride;
}

} // namespace

Status check(const RoundColumnsArgs& args) {
    return checkColumns(args.rows, args.groupSize, args.factorStride,
                        {args.factor, args.weight, args.scales, args.zeros, args.codes, args.errors});
}

Status check(const DescendColumnsArgs& args) {
    return checkColumns(args.rows, args.groupSize, args.gramStride,
                        {args.gram, args.gradient, args.scales, args.zeros, args.values, args.codes, args.steps});
}

} // namespace awq::kernels

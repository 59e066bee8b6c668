// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of column_rounding.h, row by row.
#include "kernels/column_rounding.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/common/column_checks.h"

namespace awq::kernels::cpu {
namespace {

float nearestCode(float value, float scale, float zero, int maxCode) {
    return std::clamp(std::nearbyint(value / scale) + zero, 0.0f, float(maxCode));
}

} // namespace

Status roundColumns(const RoundColumnsArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    std::vector<float> left(std::size_t(args.groupSize));
    for (std::int64_t row = 0; row < args.rows; ++row) {
        const float scale = args.scales[row], zero = args.zeros[row];
        for (std::int64_t j = 0; j < args.groupSize; ++j)
            left[std::size_t(j)] = args.weight[j * args.rows + row];
        for (std::int64_t j = 0; j < args.groupSize; ++j) {
            const float* factor = args.factor + j * args.factorStride;
            const float code = nearestCode(left[std::size_t(j)], scale, zero, args.maxCode);
            const float error = (left[std::size_t(j)] - (code - zero) * scale) / factor[j];
            for (std::int64_t k = j + 1; k < args.groupSize; ++k)
                left[std::size_t(k)] -= error * factor[k];
            args.codes[j * args.rows + row] = code;
            args.errors[j * args.rows + row] = error;
        }
    }
    return Status::ok;
}

Status descendColumns(const DescendColumnsArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    std::vector<float> gradient(std::size_t(args.groupSize));
    for (std::int64_t row = 0; row < args.rows; ++row) {
        const float scale = args.scales[row], zero = args.zeros[row];
        for (std::int64_t j = 0; j < args.groupSize; ++j)
            gradient[std::size_t(j)] = args.gradient[j * args.rows + row];
        for (std::int64_t j = 0; j < args.groupSize; ++j) {
            const float* gram = args.gram + j * args.gramStride;
            float& value = args.values[j * args.rows + row];
            const float code = nearestCode(value - gradient[std::size_t(j)] / gram[j], scale, zero, args.maxCode);
            const float next = (code - zero) * scale, step = next - value;
            for (std::int64_t k = j + 1; k < args.groupSize; ++k)
                gradient[std::size_t(k)] += step * gram[k];
            value = next;
            args.codes[j * args.rows + row] = code;
            args.steps[j * args.rows + row] = step;
        }
    }
    return Status::ok;
}

} // namespace awq::kernels::cpu

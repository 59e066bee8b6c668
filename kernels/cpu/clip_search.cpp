// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of clip_search.h: float64 errors.
#include "kernels/clip_search.h"

#include <vector>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/group_rounding.h"

namespace awq::kernels::cpu {
namespace {

// d G d with G = D R D.
double errorOf(const std::vector<float>& change, const float* norms, const Half* correlations) {
    const std::size_t size = change.size();
    double error = 0;
    for (std::size_t i = 0; i < size; ++i) {
        double product = 0;
        for (std::size_t j = 0; j < size; ++j)
            product += double(correlations[i * size + j]) * change[j] * norms[j];
        error += product * change[i] * norms[i];
    }
    return error;
}

template <typename T>
void searchGroup(const ClipSearchArgs& args, std::int64_t row, std::int64_t group) {
    const std::int64_t size = args.format.groupSize, groups = args.columns / size, index = row * groups + group;
    const T* weight = static_cast<const T*>(args.weight) + row * args.columns + group * size;
    const Half* correlations = static_cast<const Half*>(args.correlations) + group * size * size;
    float largest = 0;
    for (std::int64_t k = 0; k < size; ++k)
        largest = propagatingMax(largest, std::fabs(float(weight[k])));
    int best = 0;
    double bestError = 0;
    std::vector<float> change(static_cast<std::size_t>(size));
    for (int i = 0; i < args.fractionCount; ++i) {
        const float limit = roundTo<T>(largest * args.fractions[i]);
        const auto clamped = [&](std::int64_t k) { return propagatingMin(propagatingMax(weight[k], -limit), limit); };
        Range range;
        for (std::int64_t k = 0; k < size; ++k)
            range.add(clamped(k));
        const GroupRounding<T> rounding(range.minimum, range.maximum, args.format);
        for (std::int64_t k = 0; k < size; ++k)
            change[std::size_t(k)] = rounding.valueOf(rounding.codeOf(clamped(k))) - weight[k];
        const double error = errorOf(change, args.norms + group * size, correlations);
        if (i == 0 || error < bestError) {
            best = i;
            bestError = error;
        }
        if (args.errors)
            args.errors[i * args.rows * groups + index] = float(error);
    }
    static_cast<T*>(args.limits)[index] = T(largest * args.fractions[best]);
    if (args.choices)
        args.choices[index] = std::uint8_t(best);
}

} // namespace

Status clipSearch(const ClipSearchArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    withElement(args.type, [&](auto element) {
        for (std::int64_t row = 0; row < args.rows; ++row)
            for (std::int64_t group = 0; group < args.columns / args.format.groupSize; ++group)
                searchGroup<decltype(element)>(args, row, group);
    });
    return Status::ok;
}

} // namespace awq::kernels::cpu

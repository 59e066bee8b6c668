// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of group_gram.h: float64 sums.
#include "kernels/group_gram.h"

#include <vector>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"

namespace awq::kernels::cpu {

Status groupGram(const GroupGramArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    const std::int64_t size = args.groupSize;
    std::vector<double> sums(std::size_t(args.columns * size)), magnitudes(std::size_t(args.columns));
    for (std::int64_t t = 0; t < args.tokens; ++t)
        for (std::int64_t i = 0; i < args.columns; ++i) {
            const double value = load(args.type, args.input, t * args.inputStride + i);
            magnitudes[std::size_t(i)] += std::fabs(value);
            for (std::int64_t j = 0; j < size; ++j)
                sums[std::size_t(i * size + j)] +=
                    value * load(args.type, args.input, t * args.inputStride + i / size * size + j);
        }
    for (std::size_t i = 0; i < sums.size(); ++i)
        args.gram[i] += float(sums[i]);
    for (std::size_t i = 0; i < magnitudes.size(); ++i)
        args.magnitude[i] += float(magnitudes[i]);
    return Status::ok;
}

Status normalizeGroupGram(const NormalizeGroupGramArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    const std::int64_t size = args.groupSize;
    Half* correlations = static_cast<Half*>(args.correlations);
    for (std::int64_t group = 0; group < args.groups; ++group) {
        const float* gram = args.gram + group * size * size;
        for (std::int64_t i = 0; i < size; ++i) {
            const double normI = std::sqrt(double(gram[i * size + i]));
            const std::int64_t channel = group * size + i;
            args.norms[channel] = float(args.channelScale ? normI / args.channelScale[channel] : normI);
            for (std::int64_t j = 0; j < size; ++j) {
                const double product = normI * std::sqrt(double(gram[j * size + j]));
                const double correlation = product > 0 ? gram[i * size + j] / product : 0.0;
                correlations[(group * size + i) * size + j] = Half(float(correlation));
            }
        }
    }
    return Status::ok;
}

} // namespace awq::kernels::cpu

// SPDX-License-Identifier: GPL-3.0-or-later
// Reference of quantize_dequantize.h.
#include "kernels/quantize_dequantize.h"

#include <vector>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/group_rounding.h"

namespace awq::kernels::cpu {
namespace {

// One candidate, one row.
template <typename T>
class RowRoundTrip {
public:
    RowRoundTrip(const QuantizeDequantizeArgs& args, std::int64_t candidate, std::int64_t row)
        : m_args(args), m_row(row), m_weight(static_cast<const T*>(args.weight) + row * args.columns),
          m_scales(args.channelScales ? args.channelScales + candidate * args.columns : nullptr),
          m_first((candidate * args.rows + row) * args.columns) {}

    void roundGroup(std::int64_t begin, std::int64_t end) const {
        Range range;
        for (std::int64_t k = begin; k < end; ++k)
            range.add(scaled(k));
        const GroupRounding<T> rounding(range.minimum, range.maximum, m_args.format);
        for (std::int64_t k = begin; k < end; ++k)
            write(k, roundTo<T>(rounding.valueOf(rounding.codeOf(scaled(k))) / scaleOf(k)));
    }

private:
    float scaleOf(std::int64_t k) const { return m_scales ? roundTo<T>(m_scales[k]) : 1.0f; }
    float scaled(std::int64_t k) const { return roundTo<T>(m_weight[k] * scaleOf(k)); }

    void write(std::int64_t k, float value) const {
        if (!m_args.columnFactors) {
            static_cast<T*>(m_args.output)[m_first + k] = T(value);
            return;
        }
        const float factor = m_args.columnFactors[k] * m_args.rowFactors[m_row];
        static_cast<Half*>(m_args.output)[m_first + k] = Half((value - m_weight[k]) * factor);
    }

    const QuantizeDequantizeArgs& m_args;
    std::int64_t m_row;
    const T* m_weight;
    const float* m_scales;
    std::int64_t m_first;
};

template <typename T>
void roundGroup(const QuantizeGroupsArgs& args, std::int64_t row, std::int64_t group) {
    const std::int64_t size = args.format.groupSize, index = row * (args.columns / size) + group;
    const std::int64_t first = row * args.columns + group * size;
    const T* weight = static_cast<const T*>(args.weight) + first;
    const float limit = args.limits ? float(static_cast<const T*>(args.limits)[index]) : INFINITY;
    const auto clamped = [&](std::int64_t k) { return propagatingMin(propagatingMax(weight[k], -limit), limit); };
    Range range;
    for (std::int64_t k = 0; k < size; ++k)
        range.add(clamped(k));
    const GroupRounding<T> rounding(range.minimum, range.maximum, args.format);
    args.zeroPoints[index] = std::uint8_t(rounding.zero);
    static_cast<T*>(args.scales)[index] = T(rounding.scale);
    for (std::int64_t k = 0; k < size; ++k)
        args.codes[first + k] = std::uint8_t(rounding.codeOf(clamped(k)));
}

} // namespace

Status quantizeDequantize(const QuantizeDequantizeArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    withElement(args.type, [&](auto element) {
        for (std::int64_t candidate = 0; candidate < args.candidates; ++candidate)
            for (std::int64_t row = 0; row < args.rows; ++row) {
                const RowRoundTrip<decltype(element)> roundTrip(args, candidate, row);
                for (std::int64_t k = 0; k < args.columns; k += args.format.groupSize)
                    roundTrip.roundGroup(k, k + args.format.groupSize);
            }
    });
    return Status::ok;
}

Status quantizeGroups(const QuantizeGroupsArgs& args) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    withElement(args.type, [&](auto element) {
        for (std::int64_t row = 0; row < args.rows; ++row)
            for (std::int64_t group = 0; group < args.columns / args.format.groupSize; ++group)
                roundGroup<decltype(element)>(args, row, group);
    });
    return Status::ok;
}

} // namespace awq::kernels::cpu

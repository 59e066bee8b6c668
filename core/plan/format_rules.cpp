// SPDX-License-Identifier: GPL-3.0-or-later
// The table of checkpoint formats and their sizes.
#include "core/plan/format_rules.h"

#include "core/error.h"

namespace awq::core {
namespace {

std::int64_t divideUp(std::int64_t value, std::int64_t divisor) {
    return (value + divisor - 1) / divisor;
}

// Rows of llm-awq's scale tensors: groups padded to whole words of eight, and several words for small groups.
std::int64_t paddedGroups(std::int64_t groups, std::int64_t groupSize) {
    const std::int64_t words = groupSize >= 128 ? 1 : 128 / groupSize;
    return 8 * words * divideUp(divideUp(groups, 8), words);
}

std::int64_t gemmBytes(const QuantizedShape& s) {
    const std::int64_t groups = s.columns / s.groupSize;
    return (s.columns + groups) * (s.rows / 8) * 4 + groups * s.rows * s.elementBytes;
}

std::int64_t llmAwqBytes(const QuantizedShape& s) {
    return s.rows / 4 * s.columns * 2 +
           2 * paddedGroups(s.columns / s.groupSize, s.groupSize) * s.rows * s.elementBytes;
}

// Codes and zero points are dense streams of bits in 32-bit words; the shape is two int64.
std::int64_t compressedBytes(const QuantizedShape& s) {
    const std::int64_t groups = s.columns / s.groupSize;
    const std::int64_t zeroPoints = s.zeroPoint ? divideUp(s.rows * s.bits, 32) * groups * 4 : 0;
    return s.rows * divideUp(s.columns * s.bits, 32) * 4 + zeroPoints + s.rows * groups * s.elementBytes + 16;
}

std::int64_t simulatedBytes(const QuantizedShape& s) {
    return s.rows * s.columns * s.elementBytes;
}

} // namespace

const std::vector<FormatRules>& formatRules() {
    static const std::vector<FormatRules> table{
        {"awq-gemm", {4}, {128, 64, 32, -1}, false, false, 8, 1, gemmBytes},
        {"llm-awq", {4}, {128, 64, 32}, false, false, 8, 64, llmAwqBytes},
        {"compressed-tensors", {3, 4}, {128, 64, 32, -1}, true, true, 8, 8, compressedBytes},
        {"simulated", {2, 3, 4, 5, 6, 7, 8}, {128, 64, 32, -1}, true, true, 1, 1, simulatedBytes},
    };
    return table;
}

const FormatRules& formatRulesOf(const std::string& name) {
    std::string known;
    for (const FormatRules& rules : formatRules()) {
        if (rules.name == name)
            return rules;
        known += (known.empty() ? "" : ", ") + rules.name;
    }
    throw Error(ErrorCode::usage, "unknown format '" + name + "'", "--format", "use one of: " + known);
}

} // namespace awq::core

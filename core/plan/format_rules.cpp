// SPDX-License-Identifier: GPL-3.0-or-later
// The table of checkpoint formats.
#include "core/plan/format_rules.h"

#include "core/error.h"

namespace awq::core {
const std::vector<FormatRules>& formatRules() {
    static const std::vector<FormatRules> table{
        {"awq-gemm", {4}, {128, 64, 32, -1}, false, false, 8, 1},
        {"llm-awq", {4}, {128, 64, 32}, false, false, 8, 64},
        {"compressed-tensors", {3, 4}, {128, 64, 32, -1}, true, true, 8, 8},
        {"simulated", {2, 3, 4, 5, 6, 7, 8}, {128, 64, 32, -1}, true, true, 1, 1},
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

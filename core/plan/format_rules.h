// SPDX-License-Identifier: GPL-3.0-or-later
// What each checkpoint format can hold: bits, group sizes, shapes of a linear.
// Sources: AutoAWQ "gemm", llm-awq "v2" .pt, compressed-tensors "pack-quantized".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace awq::core {

struct FormatRules {
    std::string name;                     // as in Recipe::format
    std::vector<int> bits;                // that have a packed form in this format
    std::vector<std::int64_t> groupSizes; // -1: the whole row
    bool symmetric = false;               // may leave zero points out
    bool mixedBits = false;               // linears may differ in bits
    std::int64_t rowMultiple = 1;         // out features of a linear must divide by it
    std::int64_t columnMultiple = 1;      // in features likewise, besides the group size
};

const std::vector<FormatRules>& formatRules();
const FormatRules& formatRulesOf(const std::string& name); // throws Error(usage) that lists the formats

} // namespace awq::core

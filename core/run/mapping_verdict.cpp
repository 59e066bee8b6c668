// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the mapping check and puts what it found into words.
#include "core/run/mapping_verdict.h"

#include <cstdio>

#include "core/error.h"
#include "core/model/decoder/mapping_check.h"
#include "core/units.h"

namespace awq::core {
namespace {

// Original, folded and temporary weights in float64.
constexpr std::int64_t bytesPerWeight = 3 * 8;

std::int64_t bytesFor(const ModelFolder& folder, int block) {
    std::int64_t weights = 0;
    for (const ModelLinear& linear : folder.linears())
        if (linear.block == block)
            weights += linear.rows * linear.columns;
    return weights * bytesPerWeight;
}

std::string figures(const MappingCheck& check) {
    char text[96];
    std::snprintf(text, sizeof text, "random scales in %d sets of block %d change its output by %.1e (limit %.0e)",
                  check.scaleSets, check.block, check.largestDifference, MappingCheck::tolerance);
    return text;
}

std::string listed(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

} // namespace

MappingVerdict judgeMapping(const ModelFolder& folder, std::int64_t freeHostBytes, std::stop_token stop) {
    constexpr int block = 0;
    const std::int64_t needed = bytesFor(folder, block);
    if (folder.quantized())
        return {"not checked", "the folder is quantized already"};
    if (freeHostBytes > 0 && needed > freeHostBytes / 2)
        return {"not checked", "a block of this model in float64 takes " + formatBytes(needed) + ", " +
                                   formatBytes(freeHostBytes) + " are free"};
    try {
        const MappingCheck check = verifyMapping(folder, block, std::move(stop));
        if (check.ok())
            return {"verified", figures(check)};
        return {"broken", figures(check) + (check.broken.empty() ? "" : ": " + listed(check.broken))};
    } catch (const Error& error) {
        return {"not checked", error.what()};
    }
}

} // namespace awq::core

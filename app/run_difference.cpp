// SPDX-License-Identifier: GPL-3.0-or-later
// Matching two runs.
#include "app/run_difference.h"

#include <algorithm>
#include <map>

#include "core/store/run_store.h"

namespace awq::app {

std::vector<LinearDifference> linearDifferences(const std::vector<core::LinearResult>& a,
                                                const std::vector<core::LinearResult>& b) {
    std::map<std::pair<int, std::string>, double> errors;
    for (const core::LinearResult& linear : a)
        if (linear.outputMse > 0)
            errors[{linear.block, linear.name}] = linear.outputMse;
    std::vector<LinearDifference> differences;
    for (const core::LinearResult& linear : b)
        if (const auto found = errors.find({linear.block, linear.name}); found != errors.end() && linear.outputMse > 0)
            differences.push_back({linear.block, QString::fromStdString(linear.name), found->second, linear.outputMse});
    std::stable_sort(differences.begin(), differences.end(),
                     [](const auto& x, const auto& y) { return x.change() > y.change(); });
    return differences;
}

RunSummary readRunSummary(const std::filesystem::path& folder) {
    const core::RunStore store = core::RunStore::open(folder);
    RunSummary summary{store.info().model, store.info().recipe, {}};
    for (const int block : store.finishedBlocks())
        for (core::LinearResult& linear : store.loadBlockSummary(block).linears)
            summary.linears.push_back(std::move(linear));
    return summary;
}

} // namespace awq::app

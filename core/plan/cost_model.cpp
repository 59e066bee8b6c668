// SPDX-License-Identifier: GPL-3.0-or-later
// The cost model.
#include "core/plan/cost_model.h"

#include <algorithm>
#include <map>

namespace awq::core {
namespace {

constexpr double cpuFlopsPerThread = 2.5e10; // float32, one core, large matrices
constexpr double gpuFlops = 1.5e14;          // float16, a data-centre GPU, with the gaps between kernels
constexpr double ratiosTried = 20, clipsTried = 10, clipTokens = 512;
constexpr std::int64_t processBytes = 400'000'000; // the program and its libraries
constexpr std::int64_t chunkTokens = 16'384;       // tokens whose activations are alive at once

bool isInside(const std::string& linear, const std::string& module) {
    return module == "block" || linear == module || linear.starts_with(module + ".");
}

struct BlockWork {
    double parameters = 0;          // of its linears
    double inspectedParameters = 0; // forwarded once per tried ratio
    double clippedParameters = 0;
    std::int64_t widest = 0; // widest activation of its linears
};

std::map<int, BlockWork> workByBlock(const Plan& plan) {
    std::map<int, std::vector<std::string>> inspected; // modules by block, once per scale set
    for (const PlannedScaleSet& set : plan.scaleSets)
        if (set.fate == "scaled")
            inspected[set.block].push_back(set.inspected);
    std::map<int, BlockWork> blocks;
    for (const PlannedLinear& linear : plan.linears) {
        BlockWork& work = blocks[linear.block];
        const double parameters = double(linear.rows) * double(linear.columns);
        work.parameters += parameters;
        work.widest = std::max({work.widest, linear.rows, linear.columns});
        if (linear.fate == "quantized" && plan.recipe.clipSearch != "none")
            work.clippedParameters += parameters;
        work.inspectedParameters +=
            parameters * double(std::ranges::count_if(inspected[linear.block], [&](const auto& module) {
                return isInside(linear.name, module);
            }));
    }
    return blocks;
}

std::int64_t computeElementBytes(const Plan& plan, const PlanEnvironment& environment) {
    const bool wide = plan.recipe.dtype == "float32" || (plan.recipe.dtype == "auto" && environment.device == "cpu");
    return wide ? 4 : 2;
}

} // namespace

CostEstimate estimateCost(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment) {
    const std::int64_t tokens = plan.recipe.calibration.samples * plan.recipe.calibration.sequenceLength;
    const std::int64_t elementBytes = computeElementBytes(plan, environment);
    double multiplications = 0, blockParameters = 0;
    std::int64_t widest = model.hidden;
    for (const auto& [block, work] : workByBlock(plan)) {
        multiplications += double(tokens) * (2 * work.parameters + ratiosTried * work.inspectedParameters) +
                           clipsTried * clipTokens * work.clippedParameters;
        blockParameters = std::max(blockParameters, work.parameters);
        widest = std::max(widest, work.widest);
    }
    const std::int64_t hiddenStates = 2 * tokens * model.hidden * elementBytes; // input and output of a block
    const std::int64_t activations = 3 * std::min(tokens, chunkTokens) * widest * elementBytes;
    const std::int64_t oneBlock = std::int64_t(blockParameters) * elementBytes;
    const std::int64_t working = hiddenStates + activations + 3 * oneBlock; // float, scaled, quantized
    const std::int64_t ahead = plan.recipe.prefetch * oneBlock;
    CostEstimate cost;
    const bool onCpu = environment.device == "cpu";
    cost.seconds = 2 * multiplications / (onCpu ? cpuFlopsPerThread * std::max(1, environment.threads) : gpuFlops);
    cost.peakHostBytes = processBytes + ahead + (onCpu ? working : 2 * oneBlock);
    cost.peakDeviceBytes = onCpu ? 0 : working;
    return cost;
}

} // namespace awq::core

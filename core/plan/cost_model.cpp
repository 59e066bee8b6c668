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
constexpr double abortedShare = 0.6, racingShare = 0.25; // of the ratios' work that the fast engine, a race does
constexpr double rangesTried = 100;
constexpr std::int64_t hostBytesBesideGpu = 1'500'000'000; // the program, the driver's and the libraries' own

bool isInside(const std::string& linear, const std::string& module) {
    return module == "block" || linear == module || linear.starts_with(module + ".");
}

struct BlockWork {
    double parameters = 0;          // of its linears
    double inspectedParameters = 0; // forwarded once per tried ratio
    double gramInputs = 0;          // columns^2 of linears that are inspected alone: one product of their inputs
    double gramProducts = 0;        // rows * columns^2 of those: per tried ratio
    double clippedParameters = 0;
    double inputProducts = 0; // columns^2 of its linears, those that share an input counted once
    double codeProducts = 0;  // rows * columns^2: of a pass over a linear's codes
    double rangeProducts = 0; // rows * columns * groupSize
};

// What rounding in stages multiplies, see core/run/stage_rounding_torch.h.
double stageMultiplications(const Recipe& recipe, const BlockWork& work, double tokens) {
    if (!recipe.roundsInStages())
        return 0;
    constexpr double stages = 4, passesPerRound = 5; // forward passes; products of a refinement round
    const double streams = recipe.correctsTargets() ? 2 : 1;
    double products = tokens * streams * (stages * work.parameters + work.inputProducts);
    if (recipe.clipSearch == "range")
        products += rangesTried * work.rangeProducts;
    const double codePasses = (recipe.rounding == "compensated" ? 0.5 : 0.0) + passesPerRound * recipe.refineRounds;
    return products + codePasses * work.codeProducts;
}

double ratiosMeasured(const Recipe& recipe) {
    if (recipe.scaleSearch == "solved" || recipe.scaleSearch == "none")
        return 0; // nothing is computed with a candidate
    if (recipe.engine != "fast")
        return ratiosTried;
    return ratiosTried * (recipe.scaleSearch == "racing" ? racingShare : abortedShare);
}

std::map<int, BlockWork> workByBlock(const Plan& plan) {
    std::map<int, std::vector<std::string>> inspected; // modules by block, once per scale set
    for (const PlannedScaleSet& set : plan.scaleSets)
        if (set.fate == "scaled")
            inspected[set.block].push_back(set.inspected);
    const bool fastEngine = plan.recipe.engine == "fast";
    std::map<int, BlockWork> blocks;
    for (const PlannedLinear& linear : plan.linears) {
        BlockWork& work = blocks[linear.block];
        const double parameters = double(linear.rows) * double(linear.columns);
        work.parameters += parameters;
        const double columns = double(linear.columns);
        work.inputProducts += columns * columns;
        if (linear.fate == "quantized") {
            work.codeProducts += parameters * columns;
            work.rangeProducts += parameters * double(linear.groupSize);
        }
        if (linear.fate == "quantized" && plan.recipe.clipSearch == "awq")
            work.clippedParameters += parameters;
        for (const std::string& module : inspected[linear.block]) {
            if (!isInside(linear.name, module))
                continue;
            if (fastEngine && module == linear.name) {
                work.gramInputs += columns * columns;
                work.gramProducts += parameters * columns;
            } else {
                work.inspectedParameters += parameters;
            }
        }
    }
    return blocks;
}

std::int64_t computeElementBytes(const Plan& plan, const PlanEnvironment& environment) {
    const bool wide = plan.recipe.dtype == "float32" || (plan.recipe.dtype == "auto" && environment.device == "cpu");
    return wide ? 4 : 2;
}

} // namespace

CostEstimate estimateCost(const Plan& plan, const PlanEnvironment& environment) {
    const std::int64_t tokens = plan.recipe.calibration.samples * plan.recipe.calibration.sequenceLength;
    const double ratios = ratiosMeasured(plan.recipe);
    double multiplications = 0, blockParameters = 0;
    for (const auto& [block, work] : workByBlock(plan)) {
        multiplications +=
            double(tokens) * (2 * work.parameters + ratios * work.inspectedParameters + work.gramInputs) +
            ratios * work.gramProducts + clipsTried * clipTokens * work.clippedParameters +
            stageMultiplications(plan.recipe, work, double(tokens));
        blockParameters = std::max(blockParameters, work.parameters);
    }
    const std::int64_t oneBlock = std::int64_t(blockParameters) * computeElementBytes(plan, environment);
    CostEstimate cost;
    const bool onCpu = environment.device == "cpu";
    cost.seconds = 2 * multiplications / (onCpu ? cpuFlopsPerThread * std::max(1, environment.threads) : gpuFlops);
    const std::int64_t workers = std::max(1, environment.workers);
    cost.seconds /= double(onCpu ? 1 : workers); // on the CPU they share its threads
    cost.peakHostBytes = onCpu ? workers * plan.memory.peakBytes : hostBytesBesideGpu + 2 * oneBlock;
    cost.peakDeviceBytes = onCpu ? 0 : plan.memory.peakBytes;
    return cost;
}

} // namespace awq::core

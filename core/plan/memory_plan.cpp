// SPDX-License-Identifier: GPL-3.0-or-later
// Adds up what is alive at once in the two heaviest moments of a block: while scales are searched, and while its
// linears are rounded.
#include "core/plan/memory_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/plan/plan.h"

namespace awq::core {
namespace {

constexpr std::int64_t floatBytes = sizeof(float);
constexpr std::int64_t baseOnCpu = 160'000'000;     // the program's own
constexpr std::int64_t baseOnGpu = 130'000'000;     // workspaces of the matrix library, tables, the last layers
constexpr std::int64_t featuresOnCpu = 160'000'000; // kept without a limit: a peak that does not depend on the model
constexpr std::int64_t pieceOnCpu = 96LL << 20, pieceOnGpu = 4LL << 30;
constexpr double shareOfGpu = 0.85; // of its memory, without a limit
constexpr std::int64_t fewestTokens = 2048, halves = 2;

// Bytes of one block's parts, the largest of all blocks.
struct BlockBytes {
    std::int64_t parameters = 0;    // values of its linears
    std::int64_t largest = 0;       // values of the largest linear
    std::int64_t candidate = 0;     // values of the largest stack of consumers
    std::int64_t grams = 0;         // bytes of all statistics
    std::int64_t featureValues = 0; // per token
    std::int64_t widest = 0, widestInput = 0;
    bool runsModules = false; // a scale set is measured by running something

    void include(const BlockBytes& other) {
        for (auto member : {&BlockBytes::parameters, &BlockBytes::largest, &BlockBytes::candidate, &BlockBytes::grams,
                            &BlockBytes::featureValues, &BlockBytes::widest, &BlockBytes::widestInput})
            this->*member = std::max(this->*member, other.*member);
        runsModules = runsModules || other.runsModules;
    }
};

bool isSingleLinear(const PlannedScaleSet& set) {
    return set.consumers.size() == 1 && set.inspected == set.consumers.front();
}

class Demand {
public:
    Demand(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment)
        : m_recipe(plan.recipe), m_model(model), m_onCpu(environment.device == "cpu"),
          m_threads(std::max(1, environment.threads)),
          m_tokens(plan.recipe.calibration.samples * plan.recipe.calibration.sequenceLength),
          m_element(m_recipe.dtype == "float32" || (m_recipe.dtype == "auto" && m_onCpu) ? 4 : 2) {
        std::map<int, BlockBytes> blocks;
        std::map<int, std::set<std::string>> sharing; // linears whose statistics are those of another
        for (const PlannedScaleSet& set : plan.scaleSets) {
            BlockBytes& block = blocks[set.block];
            std::int64_t rows = 0, columns = 0;
            for (const std::string& name : set.consumers) {
                if (const PlannedLinear* linear = findLinear(plan, set.block, name)) {
                    rows += linear->rows;
                    columns = linear->columns;
                }
                if (name != set.consumers.front())
                    sharing[set.block].insert(name);
            }
            if (set.fate != "scaled" || isSingleLinear(set))
                continue;
            block.runsModules = true;
            block.candidate = std::max(block.candidate, rows * columns);
            block.featureValues += columns + model.hidden;
        }
        for (const PlannedLinear& linear : plan.linears) {
            BlockBytes& block = blocks[linear.block];
            block.parameters += linear.rows * linear.columns;
            block.largest = std::max(block.largest, linear.rows * linear.columns);
            block.widest = std::max({block.widest, linear.rows, linear.columns});
            block.widestInput = std::max(block.widestInput, linear.columns);
            const std::int64_t gram = linear.columns * linear.columns * floatBytes;
            if (!sharing[linear.block].contains(linear.name) && gram <= largestGramBytes(m_onCpu))
                block.grams += gram;
        }
        for (auto& [index, block] : blocks) {
            if (block.runsModules)
                block.featureValues += block.widestInput; // what enters the last linear of the MLP
            m_block.include(block);
        }
    }

    std::int64_t featureBytes() const { return m_tokens * (m_block.featureValues + m_model.hidden) * m_element; }
    std::int64_t hiddenBytes() const { return streams() * m_tokens * m_model.hidden * m_element; }
    bool onCpu() const { return m_onCpu; }
    bool runsModules() const { return m_block.runsModules; }
    std::int64_t length() const { return m_recipe.calibration.sequenceLength; }

    std::int64_t batchBytes(std::int64_t tokens) const {
        return std::max(tokens, length()) * activationValues(m_model.hidden, m_block.widest) * m_element;
    }

    // Without what a piece of a module without features takes.
    std::int64_t peak(const MemoryPlan& memory) const {
        const std::int64_t weights = m_block.parameters * m_element;
        const std::int64_t hidden = memory.spillHidden ? 0 : hiddenBytes();
        const std::int64_t kept = memory.keepFeatures ? featureBytes() : 0;
        const std::int64_t atOnce = atOnceOf(memory);
        const std::int64_t batches = atOnce * batchBytes(memory.tokensPerBatch);
        const std::int64_t beside = (m_onCpu ? baseOnCpu : baseOnGpu) + weights + hidden;
        const std::int64_t capturing = kept + batches + (1 + atOnce) * m_block.grams;
        const std::int64_t searching = kept + batches + m_block.grams + (1 + atOnce) * m_block.candidate * m_element;
        const std::int64_t rounding = m_block.grams + m_block.parameters * (floatBytes + m_element + 1) +
                                      3 * m_block.largest * floatBytes + momentBytes() +
                                      (memory.keepFeatures ? m_tokens * m_model.hidden * m_element : batches);
        const std::int64_t embedding = m_model.vocabulary * m_model.hidden * m_element;
        return beside + std::max({capturing, searching, rounding, embedding - weights});
    }

private:
    std::int64_t streams() const { return m_recipe.correctsTargets() ? 2 : 1; }

    std::int64_t atOnceOf(const MemoryPlan& memory) const {
        return m_onCpu && memory.batchesAtOnce &&
                       m_threads * (batchBytes(memory.tokensPerBatch) + m_block.grams) <= bytesAtOnce
                   ? m_threads
                   : 1;
    }

    // Of the stages' inputs: in float32, and as many doubles while they are factorised.
    std::int64_t momentBytes() const {
        constexpr std::int64_t matrices = 3;
        return m_recipe.roundsInStages()
                   ? matrices * m_block.widestInput * m_block.widestInput * (floatBytes + std::int64_t(sizeof(double)))
                   : 0;
    }

    const Recipe& m_recipe;
    const ModelOutline& m_model;
    bool m_onCpu;
    std::int64_t m_threads, m_tokens, m_element;
    BlockBytes m_block;
};

// From the fastest to the most frugal.
std::vector<MemoryPlan> waysOf(const Demand& demand, const Recipe& recipe) {
    const bool features =
        recipe.engine == "fast" && recipe.scaleSearch != "solved" && recipe.resultsIn.empty() && demand.runsModules();
    std::vector<std::int64_t> sizes{comfortableTokens(demand.onCpu())};
    while (!demand.onCpu() && sizes.back() > std::max(fewestTokens, demand.length()))
        sizes.push_back(sizes.back() / halves);
    std::vector<MemoryPlan> ways;
    for (const bool keep : {true, false})
        for (const bool spill : {false, true}) {
            if (keep && !features)
                continue;
            for (const std::int64_t tokens : sizes)
                ways.push_back({tokens, true, keep, spill, 0, 0});
            if (demand.onCpu())
                ways.push_back({1, false, keep, spill, 0, 0});
        }
    ways.push_back({1, false, false, true, 0, 0});
    return ways;
}

std::int64_t limitOf(const Recipe& recipe, const PlanEnvironment& environment) {
    if (recipe.memoryLimit > 0)
        return recipe.memoryLimit;
    if (environment.device != "cpu" && environment.deviceBytes > 0)
        return std::int64_t(shareOfGpu * double(environment.deviceBytes));
    return std::numeric_limits<std::int64_t>::max();
}

// Fills in the estimate; without features the rest of the limit goes to the pieces, at least a batch.
void settle(const Demand& demand, std::int64_t limit, MemoryPlan& memory) {
    memory.peakBytes = demand.peak(memory);
    if (memory.keepFeatures || !demand.runsModules())
        return;
    const std::int64_t largest = demand.onCpu() ? pieceOnCpu : pieceOnGpu;
    memory.pieceBytes = std::clamp(limit - memory.peakBytes, std::min(demand.batchBytes(1), largest), largest);
    memory.pieceBytes = std::min(memory.pieceBytes, std::max(demand.featureBytes(), demand.batchBytes(1)));
    memory.peakBytes += memory.pieceBytes;
}

} // namespace

MemoryPlan planMemory(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment) {
    const Demand demand(plan, model, environment);
    const std::int64_t limit = limitOf(plan.recipe, environment);
    const bool free = plan.recipe.memoryLimit == 0;
    MemoryPlan memory;
    for (const MemoryPlan& way : waysOf(demand, plan.recipe)) {
        memory = way;
        settle(demand, limit, memory);
        const bool promised = !free || !demand.onCpu() || !way.keepFeatures || demand.featureBytes() <= featuresOnCpu;
        const bool roomy = !free || !demand.onCpu() || way.spillHidden || environment.freeHostBytes == 0 ||
                           demand.hiddenBytes() <= environment.freeHostBytes / 2;
        if (memory.peakBytes <= limit && promised && roomy)
            break;
    }
    return memory;
}

std::int64_t smallestMemoryLimit(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment) {
    const Demand demand(plan, model, environment);
    MemoryPlan memory = waysOf(demand, plan.recipe).back();
    settle(demand, 0, memory);
    return memory.peakBytes;
}

} // namespace awq::core

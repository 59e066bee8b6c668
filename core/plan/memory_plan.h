// SPDX-License-Identifier: GPL-3.0-or-later
// How a run stays within the memory of its compute device: decided once, from shapes, before anything is read.
#pragma once

#include <cstdint>

namespace awq::core {

struct Plan;
struct ModelOutline;
struct PlanEnvironment;

struct MemoryPlan {
    std::int64_t tokensPerBatch = 0; // computed together, at least one sequence; 0: as the device likes it
    bool batchesAtOnce = true;       // on the CPU several, each on one thread
    bool keepFeatures = true;        // inputs and outputs of the searched modules stay while a block is searched
    bool spillHidden = false;        // hidden states lie in a mapped file of the run folder
    std::int64_t pieceBytes = 0;     // a module's inputs and outputs kept at a time without features; 0: default
    std::int64_t peakBytes = 0;      // estimate, on the compute device

    bool operator==(const MemoryPlan&) const = default;
};

// Of the ways from the fastest to the most frugal, the first that stays below the recipe's memory limit, without one
// below what a GPU has; the most frugal when none does. Linears and scale sets of the plan must be decided.
MemoryPlan planMemory(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment);

// What the most frugal way takes, in bytes: the smallest memory limit that would do.
std::int64_t smallestMemoryLimit(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment);

// Of a block's forward pass, per token: a few tensors of the residual's width, three of the widest linear's.
constexpr std::int64_t activationValues(std::int64_t hidden, std::int64_t widest) {
    return 8 * hidden + 3 * widest;
}

// Tokens computed together when memory does not matter.
constexpr std::int64_t comfortableTokens(bool onCpu) {
    return onCpu ? 1024  // activations of small models stay in the cache
                 : 4096; // enough to fill a GPU, and few enough sequences for a race to begin with
}

// Largest Gram matrix gathered, in bytes; a linear with more inputs is measured by running it.
constexpr std::int64_t largestGramBytes(bool onCpu) {
    return onCpu ? 72LL << 20 : 1LL << 30;
}

// Activations of the batches that the CPU computes at once.
constexpr std::int64_t bytesAtOnce = 256LL << 20;

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// The plan: what a quantization run will do to a model, decided from recipe and headers before any weight is read. Pure
// data: `awq-cli plan` prints it, the window shows it beside the recipe, the quantization run executes it linear by
// linear.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/plan/memory_plan.h"
#include "core/plan/model_outline.h"
#include "core/plan/recipe.h"

namespace awq::core {

struct PlannedLinear {
    int block = 0;
    std::string name, fullName;         // relative to the block; as in the checkpoint, which regular expressions match
    std::int64_t rows = 0, columns = 0; // [out, in]
    int bits = 0;                       // 0 when excluded
    std::int64_t groupSize = 0;         // effective: -1 has become columns; 0 when excluded
    std::string fate;                   // "quantized", "excluded"
    std::string reason;                 // why excluded, in plain words
    bool clip = true;                   // false: never clipped, whatever the recipe searches
    std::int64_t bytesBefore = 0, bytesAfter = 0; // of the weight, as stored and as it will be written
};

struct PlannedScaleSet {
    int block = 0;
    std::string producer;
    std::vector<std::string> consumers;
    std::string inspected;
    std::string fate;            // "scaled": ratios will be tried; "identity": no scaling was asked for; "skipped"
    std::string reason;          // why identity or skipped, or the override that fixes the ratio
    std::string fullName;        // of the producer, which an override names
    std::optional<double> ratio; // that the recipe's override asks for; empty: the search's best
};

// Which programs will open the result.
struct LoaderVerdict {
    std::string program; // "vLLM"
    std::string opens;   // "yes", "no"
    std::string note;    // why not, or with what restriction
};

// Whether folding channel scales leaves the model's function as it was, tried on one block of its own weights.
struct MappingVerdict {
    std::string state = "not checked"; // "verified", "broken", "not checked"
    std::string note;                  // the figures; what is broken; why it was not checked
};

// What the machine offers. A device of "cpu" uses host memory alone.
struct PlanEnvironment {
    std::string device = "cpu"; // resolved
    int threads = 1;
    int workers = 1;                                     // devices that share the blocks
    std::int64_t freeHostBytes = 0, freeDeviceBytes = 0; // 0: unknown
    std::int64_t deviceBytes = 0;                        // memory of the device in all; 0: unknown
    std::int64_t freeDiskBytes = 0;                      // where the output goes; 0: unknown
};

struct Plan {
    std::filesystem::path model;
    Recipe recipe;
    std::vector<PlannedLinear> linears;           // of the decoder's blocks, in order
    std::vector<PlannedScaleSet> scaleSets;       // in order
    std::int64_t bytesBefore = 0, bytesAfter = 0; // of all tensors: stored now, written then (exact)
    MemoryPlan memory; // of each worker
    // Estimates from a simple cost model; say so wherever they are shown.
    std::int64_t peakHostBytes = 0, peakDeviceBytes = 0;
    double secondsEstimate = 0;
    std::int64_t diskBytes = 0, freeDiskBytes = 0; // output and run folder together; 0 free: unknown
    std::vector<LoaderVerdict> loaders;
    MappingVerdict mapping;        // left to those who show the plan: it reads weights, see judgeMapping()
    std::vector<Warning> problems; // the run would refuse to start: what is wrong, where, what to change
    std::vector<Warning> warnings; // worth knowing; the run starts all the same
};

// Does not throw for anything about the model: what does not fit is a problem of the plan. The recipe must be valid.
Plan makePlan(const ModelOutline& model, const Recipe& recipe, const PlanEnvironment& environment);

// Throws the first problem as Error(badInput).
void requireExecutable(const Plan& plan);

const PlannedLinear* findLinear(const Plan& plan, int block, const std::string& name); // null when there is none
const PlannedScaleSet* findScaleSet(const Plan& plan, int block, const std::string& producer); // likewise

nlohmann::ordered_json toJson(const PlannedLinear& linear);
nlohmann::ordered_json toJson(const Plan& plan);

} // namespace awq::core

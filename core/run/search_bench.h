// SPDX-License-Identifier: GPL-3.0-or-later
// The search of one Llama-shaped block of random weights, phase by phase: what the machine makes of it.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/plan/recipe.h"
#include "core/run/outcome.h"

namespace awq::core {

struct SearchBenchRequest {
    std::int64_t hidden = 4096, intermediate = 11008, heads = 32, kvHeads = 32;
    int repeat = 3; // the first, which prepares the device, is not counted unless it is the only one
    Recipe recipe;  // engine, scale search, bits, group size, samples, sequence length, device, dtype, threads
};

// "llama2-7b", "llama3-8b", "llama2-70b", or HIDDENxINTERMEDIATExKVHEADS with heads of 128. Throws Error(usage).
void setShape(SearchBenchRequest& request, const std::string& shape);

struct SearchBenchPhase {
    std::string name;
    double seconds = 0; // median
    double flops = 0;   // floating-point operations of its matrix products; 0: not counted
};

struct SearchBenchResult {
    std::string device, dtype;
    std::vector<SearchBenchPhase> phases; // in order
    double searchSeconds = 0;             // all of them together
    double flopsLimit = 0;                // per second, of one large square product on this device
    std::int64_t weightBytes = 0, featureBytes = 0, peakDeviceBytes = 0, peakHostBytes = 0;
    std::vector<double> bestRatios, work; // per scale set; share of the full measuring that was done
};

Outcome<SearchBenchResult> runSearchBench(const SearchBenchRequest& request, EventSink& sink, std::stop_token stop);

} // namespace awq::core

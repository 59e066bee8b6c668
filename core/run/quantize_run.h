// SPDX-License-Identifier: GPL-3.0-or-later
// The main job: model folder and recipe in, verified quantized folder out. Blocking; call it from a worker thread.
#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <vector>

#include "core/event.h"
#include "core/plan/recipe.h"
#include "core/quant/results.h"
#include "core/run/outcome.h"

namespace awq::core {

struct QuantizeRequest {
    std::filesystem::path model;
    std::filesystem::path output; // must not exist or be empty unless force
    std::filesystem::path runDir; // empty: "<output>.run"
    Recipe recipe;
    // Go on from the snapshots in runDir; refused when the fingerprint changed. Without a run there it starts from the
    // beginning, with a warning; a finished one stays as it is.
    bool resume = false;
    bool force = false; // replace an existing output folder
};

struct QuantizeResult {
    std::filesystem::path runDir, output;
    std::int64_t bytesBefore = 0, bytesAfter = 0; // tensor bytes of the model and of what was written
    double seconds = 0;
    // By phase ("searching"), over all devices; writing overlaps with the rest. GPUs work behind the host's back: what
    // they still have to do counts to the phase that waits for it.
    std::map<std::string, double> phaseSeconds;
    std::int64_t peakHostBytes = 0, peakDeviceBytes = 0;
    std::vector<BlockResult> blocks; // without the bulk arrays: those are in the run store
    std::vector<Warning> warnings;
};

// Emits events one at a time, on the calling thread or on one of its own. Cancellation is cooperative and keeps the
// snapshots.
Outcome<QuantizeResult> runQuantize(const QuantizeRequest& request, EventSink& sink, std::stop_token stop);

} // namespace awq::core

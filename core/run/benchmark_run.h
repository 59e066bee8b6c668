// SPDX-License-Identifier: GPL-3.0-or-later
// Prefill and decode speed of a model folder, float or quantized. Blocking.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/run/evaluate_run.h"
#include "core/run/outcome.h"

namespace awq::core {

struct BenchmarkRequest {
    std::filesystem::path model;
    std::vector<std::int64_t> promptTokens{512, 2048};
    std::vector<std::int64_t> batches{1, 4, 16};
    std::int64_t newTokens = 64;
    int repeat = 5;
    ComputeOptions compute;
};

struct BenchmarkRow {
    std::string phase;                           // "prefill", "decode"
    std::int64_t batch = 0;                      // sequences
    std::int64_t tokens = 0;                     // per sequence: of the prompt, or decoded after it
    double median = 0, minimum = 0, maximum = 0; // seconds per repetition
    double tokensPerSecond = 0;                  // batch * tokens / median
    double bandwidthShare = 0; // decode: weight bytes read per second, against the copy speed measured in the same run
};

struct BenchmarkResult {
    std::string device, driver,
        label; // "cuda:0 NVIDIA H200"; version of the driver, empty on the CPU; "float", "awq-gemm w4g128"
    double copyBytesPerSecond = 0; // read and written bytes of a large copy
    std::vector<BenchmarkRow> rows;
};

// Prompts are random tokens. Lengths that exceed the model's positions are left out with a warning.
Outcome<BenchmarkResult> runBenchmark(const BenchmarkRequest& request, EventSink& sink, std::stop_token stop);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of one packed linear over numbers of tokens, beside the same linear in float, on this machine. Blocking.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/run/evaluate_run.h"
#include "core/run/outcome.h"

namespace awq::core {

struct KernelBenchmarkRequest {
    std::int64_t columns = 4096, rows = 14336; // of the linear, [rows, columns]
    int bits = 4;                              // 3 or 4
    std::int64_t groupSize = 128;
    std::vector<std::int64_t> tokens{1, 2, 4, 8, 16, 32, 64, 128, 256}; // M
    int repeat = 9;
    ComputeOptions compute; // dtype "auto": float32 on the CPU, float16 on a GPU
};

struct KernelBenchmarkRow {
    std::string path;                            // "float", "gemv", "gemm", "automatic": what generation takes
    std::int64_t tokens = 0;                     // M
    double median = 0, minimum = 0, maximum = 0; // seconds per product
    double bytesPerSecond = 0;                   // weight, input and output
    double operationsPerSecond = 0;              // multiplications and additions
};

struct KernelBenchmarkResult {
    std::string device; // "cuda:0, NVIDIA H200", "cpu, 16 CPU cores"
    std::string driver; // version of the CUDA driver, "13.0"; empty on the CPU
    std::string dtype;  // of input, output and float weight
    bool gpu = false;
    std::int64_t packedBytes = 0, floatBytes = 0;
    double copyBytesPerSecond = 0; // read and written bytes of a large copy, measured in the same run
    std::vector<KernelBenchmarkRow> rows;
    // Smallest measured number of tokens from which on, for all larger ones too, "gemm" beats "gemv" and "float" beats
    // "automatic"; 0: never.
    std::int64_t gemmFrom = 0, floatFrom = 0;
};

// Weights are random and go round copies that no cache holds. Throws nothing; Error(usage) for sizes the packed layout
// does not have.
Outcome<KernelBenchmarkResult> runKernelBenchmark(const KernelBenchmarkRequest& request, EventSink& sink,
                                                  std::stop_token stop);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// What kernel_bench measures and how it is told to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace awq::bench {

struct Measurement {
    std::string kernel;  // "packed_linear", "norm"
    std::string variant; // "plain", "overlap", "cublas float16"
    std::vector<std::pair<std::string, std::int64_t>> shape;
    double medianMicroseconds = 0, fastestMicroseconds = 0, slowestMicroseconds = 0;
    int repeats = 0;
    double bytes = 0;      // that have to be read and written
    double operations = 0; // multiplications and additions
};

using Measurements = std::vector<Measurement>;

// Median and range of the times of one call each.
inline void setTimes(Measurement& measurement, std::vector<double> microseconds) {
    std::sort(microseconds.begin(), microseconds.end());
    measurement.repeats = int(microseconds.size());
    measurement.medianMicroseconds = microseconds[microseconds.size() / 2];
    measurement.fastestMicroseconds = microseconds.front();
    measurement.slowestMicroseconds = microseconds.back();
}

struct Options {
    bool quick = false;       // tiny shapes and few repeats: for checking the program, not the machine
    std::string only;         // kernels whose name contains it; empty: all
    bool compareOther = true; // also the vendor's library
};

inline bool wanted(const Options& options, const std::string& kernel) {
    return kernel.find(options.only) != std::string::npos;
}

// Nothing when there is no device.
void measureDevice(const Options& options, Measurements& measurements);
void measureCpu(const Options& options, Measurements& measurements);

} // namespace awq::bench

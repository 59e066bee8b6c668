// SPDX-License-Identifier: GPL-3.0-or-later
// The groups of device measurements.
#pragma once

#include "tests/bench/kernel_bench/device/timer.h"
#include "tests/bench/kernel_bench/measurement.h"

namespace awq::bench {

void measurePackedLinears(const Options& options, DeviceTimer& timer, Measurements& measurements);
void measureSearchKernels(const Options& options, DeviceTimer& timer, Measurements& measurements);
void measureLayers(const Options& options, DeviceTimer& timer, Measurements& measurements);

inline int repeatsOf(const Options& options) {
    return options.quick ? 3 : 11;
}

} // namespace awq::bench

// SPDX-License-Identifier: GPL-3.0-or-later
// A rough idea of how long a run takes and how much memory it needs. Every figure from here is an estimate.
#pragma once

#include <cstdint>

#include "core/plan/plan.h"

namespace awq::core {

struct CostEstimate {
    double seconds = 0;
    std::int64_t peakHostBytes = 0, peakDeviceBytes = 0; // device: 0 on the CPU
};

// Counts multiplications of the forward passes, the tried ratios and clips and the rounding in stages, at rates
// measured per kind of device; memory is what the memory plan says.
CostEstimate estimateCost(const Plan& plan, const PlanEnvironment& environment);

} // namespace awq::core

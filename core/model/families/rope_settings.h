// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary settings of config.json: "rope_theta" and "rope_scaling", or "rope_parameters" which holds both.
#pragma once

#include "core/model/config.h"
#include "core/model/decoder_spec.h"

namespace awq::core {

struct RopeDefaults {
    double theta = 10000;
    double partialFactor = 1; // share of a head that turns
};

// Throws Error(badInput) naming an unknown kind or a missing parameter.
RopeSpec readRope(const Config& config, std::int64_t headDim, RopeDefaults defaults = {});

} // namespace awq::core

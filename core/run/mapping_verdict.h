// SPDX-License-Identifier: GPL-3.0-or-later
// The mapping check as a line of the plan.
#pragma once

#include <cstdint>
#include <stop_token>

#include "core/model/model_folder.h"
#include "core/plan/plan.h"

namespace awq::core {

// Tries block 0; seconds. A block that would take more than half of `freeHostBytes` (0: unknown) is not checked. Does
// not throw for what it finds, nor for weights that cannot be read, nor when stopped: the note says so.
MappingVerdict judgeMapping(const ModelFolder& folder, std::int64_t freeHostBytes, std::stop_token stop = {});

} // namespace awq::core

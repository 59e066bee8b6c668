// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine offers to a recipe, for planning.
#pragma once

#include <filesystem>

#include "core/plan/plan.h"

namespace awq::core {

// `output`: where the result would go, for the free disk space. Throws as resolveDevices().
PlanEnvironment planEnvironment(const Recipe& recipe, const std::filesystem::path& output);

} // namespace awq::core

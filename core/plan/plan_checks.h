// SPDX-License-Identifier: GPL-3.0-or-later
// What a plan must be told about: linears that do not fit, programs that will not open the result, memory and disk that
// may not do.
#pragma once

#include <vector>

#include "core/plan/plan.h"

namespace awq::core {

// Linears that the group size or the format cannot take; each problem names the linears and offers ways out.
std::vector<Warning> findProblems(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment);

std::vector<LoaderVerdict> judgeLoaders(const Plan& plan, const std::string& family);

// Loaders that fail, resources that look short, recipe options without effect.
std::vector<Warning> findWarnings(const Plan& plan, const PlanEnvironment& environment);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexities as the terminal shows them, for the verbs that measure some.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/run/evaluate_run.h"

namespace awq::app {

nlohmann::ordered_json perplexityJson(const std::vector<core::PerplexityResult>& results, bool breakdown);
std::string perplexityText(const std::vector<core::PerplexityResult>& results);

} // namespace awq::app

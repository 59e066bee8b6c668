// SPDX-License-Identifier: GPL-3.0-or-later
// Options that perplexity and compare share: breakdown, result files, going on after a stop.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/cli_arguments.h"
#include "core/run/evaluate_run.h"

namespace awq::app {

std::vector<CliOption> evaluationOptions(); // the text's included

// Where the values of finished windows are kept: beside --output. Empty without it; Error(usage) for --resume alone.
std::filesystem::path keptScores(const Arguments& arguments);

// Writes --output and --csv where asked. Throws Error(badInput, noResources).
void writeEvaluation(const Arguments& arguments, const nlohmann::ordered_json& whole, const std::string& csv);

// By position, in doubling ranges, and the documents that changed or lost most.
std::string breakdownText(const core::CompareResult& result);
std::string breakdownText(const std::vector<core::PerplexityResult>& results);

} // namespace awq::app

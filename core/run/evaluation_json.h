// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluations as JSON, with all that is needed to repeat them, and their breakdown as CSV.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/run/evaluate_run.h"

namespace awq::core {

// Keys are a contract, extended only by addition. `breakdown`: also "positions" and "documents", lists of objects.
nlohmann::ordered_json toJson(const PerplexityResult& result, bool breakdown);
nlohmann::ordered_json toJson(const CompareResult& result, bool breakdown);
nlohmann::ordered_json toJson(const KlSummary& kl);

// A line per model and position or document: model,part,index,title,tokens,nll.
std::string breakdownCsv(const std::vector<PerplexityResult>& results);
// part,index,title,tokens,nll_a,nll_b,kl_mean,kl_p50,...,kl_max,top1_agreement.
std::string breakdownCsv(const CompareResult& result);

// "text" with a double quote around it and those within doubled.
std::string csvQuoted(const std::string& text);

} // namespace awq::core

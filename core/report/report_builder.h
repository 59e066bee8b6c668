// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the report of a run from its folder.
#pragma once

#include <stop_token>
#include <vector>

#include "core/report/report_document.h"
#include "core/run/evaluate_run.h"
#include "core/store/run_store.h"

namespace awq::core {

// What is known besides the run's folder.
struct ReportExtras {
    std::vector<PerplexityResult> perplexities; // all measured on the same text
    std::string protocol;                       // that text, window and count in words
    nlohmann::ordered_json comparison;          // with the original, see comparison_section.h; null: none
    std::string comparisonFile;                 // where it comes from, for messages
};

// Blocks that cannot be read are named in the report; the others are in it. A run that is not finished gives a report
// that says so. Throws Error(badInput) when no block is readable, Error(cancelled) when stopped.
ReportDocument buildReport(const RunStore& store, const ReportExtras& extras = {}, std::stop_token stop = {});

} // namespace awq::core

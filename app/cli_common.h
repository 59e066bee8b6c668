// SPDX-License-Identifier: GPL-3.0-or-later
// What several verbs share: groups of options, and the way from options to the core's requests and from outcomes to
// values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/cli_arguments.h"
#include "core/run/evaluate_run.h"
#include "core/run/outcome.h"

namespace awq::app {

// --device, --dtype, --threads. Throws Error(usage) for a dtype that is none of the four.
core::ComputeOptions computeOptions(const Arguments& arguments);

// Which text, in which windows: --text, --ids, --window and so on.
const std::vector<CliOption>& textWindowOptions();
// Throws Error(usage) when both of --text and --ids are given, or neither and there is no `fallback`, and for impossible
// numbers.
core::TextWindows textWindows(const Arguments& arguments, const std::string& fallback = {});

// "512,2048". Throws Error(usage) for anything but whole numbers from 1 on.
std::vector<std::int64_t> integers(const Arguments& arguments, const std::string& option,
                                   std::vector<std::int64_t> fallback);

std::vector<CliOption> joined(std::vector<CliOption> first, const std::vector<CliOption>& second);

// The result of a run that finished; throws the error of one that did not.
template <typename Result>
Result valueOf(core::Outcome<Result> outcome) {
    if (outcome.error)
        throw *outcome.error;
    return std::move(*outcome.result);
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// The part of a report that compares the quantized model with the original.
#pragma once

#include <string>

#include "core/report/report_document.h"

namespace awq::core {

// `comparison`: as toJson(CompareResult, true) of core/run/evaluation_json.h writes it; `where` names its file in
// messages. Throws Error(badInput) when it is none.
ReportSection comparisonSection(const nlohmann::ordered_json& comparison, const std::string& where);

} // namespace awq::core

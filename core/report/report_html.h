// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a report as one HTML page that needs nothing else: styles, charts and numbers are inside.
#pragma once

#include <string>

#include "core/report/report_document.h"

namespace awq::core {

// UTF-8. Follows the reader's light or dark preference and prints well. The numbers are in an element with id
// "numbers", as JSON.
std::string reportHtml(const ReportDocument& document);

} // namespace awq::core

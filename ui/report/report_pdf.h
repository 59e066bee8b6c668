// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a report as a paged PDF.
#pragma once

#include <QString>

#include "core/report/report_document.h"

namespace awq::ui {

// A4, light colours, page numbers. The file appears whole or not at all. Returns what went wrong, empty when nothing
// did.
QString writeReportPdf(const core::ReportDocument& document, const QString& path);

} // namespace awq::ui

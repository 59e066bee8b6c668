// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli report: a run as one page to keep or pass on.
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/json_text.h"
#include "core/report/report_builder.h"
#include "core/report/report_html.h"
#include "core/store/atomic_file.h"

namespace awq::app {
namespace {

VerbResult report(const VerbContext& context) {
    if (!context.arguments.has("output"))
        throw core::Error(core::ErrorCode::usage, "--output is missing", {}, "give --output FILE.html");
    const std::filesystem::path output = context.arguments.text("output", "");
    const core::RunStore store = core::RunStore::open(context.operand(0));
    core::ReportExtras extras;
    if (context.arguments.has("comparison")) {
        extras.comparisonFile = context.arguments.text("comparison", "");
        extras.comparison = core::readJsonFile(extras.comparisonFile);
    }
    core::writeFileAtomically(output, core::reportHtml(core::buildReport(store, extras, context.stop)));
    return {{{"path", output.string()}}, "wrote " + output.string() + "\n"};
}

} // namespace

Verb reportVerb() {
    return {"report",
            "RUN_DIR",
            "a run as one self-contained HTML page",
            1,
            1,
            {{"output", "FILE", "the page to write"}, {"comparison", "FILE", "also show what compare --output wrote"}},
            report};
}

} // namespace awq::app

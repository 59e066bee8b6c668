// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli verify: reads a written folder back.
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/export/verify.h"

namespace awq::app {
namespace {

std::string mismatchesText(const core::VerifyReport& report) {
    TextTable table({"tensor", "what"});
    for (const core::Mismatch& mismatch : report.mismatches)
        table.add({mismatch.tensor.empty() ? "(folder)" : mismatch.tensor, mismatch.what});
    return table.text();
}

VerbResult verify(const VerbContext& context) {
    std::optional<std::filesystem::path> against;
    if (context.arguments.has("against"))
        against = context.arguments.text("against", "");
    const core::VerifyReport report = core::verifyFolder(context.operand(0), against, context.stop);
    VerbResult result;
    result.json = {{"ok", report.ok()}, {"tensors", report.tensors}, {"mismatches", nlohmann::ordered_json::array()}};
    for (const core::Mismatch& mismatch : report.mismatches)
        result.json["mismatches"].push_back({{"tensor", mismatch.tensor}, {"what", mismatch.what}});
    result.text = std::to_string(report.tensors) + " tensors looked at, " + std::to_string(report.mismatches.size()) +
                  " mismatches\n";
    if (!report.ok()) {
        result.text += mismatchesText(report);
        result.exitCode = int(core::ErrorCode::verification);
    }
    return result;
}

} // namespace

Verb verifyVerb() {
    return {"verify", "MODEL_DIR", "read a quantized folder back: headers, shapes, codes, scales, sampled values",
            1,        1,           {{"against", "FLOAT_DIR", "the float model it was made from"}},
            verify};
}

} // namespace awq::app

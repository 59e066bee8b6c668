// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli override: another choice for one scale set of a run.
#include <algorithm>
#include <charconv>

#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/quant/results_json.h"
#include "core/run/override_run.h"
#include "core/run/quantize_run.h"
#include "core/store/run_store.h"

namespace awq::app {
namespace {

using nlohmann::ordered_json;

double ratioOf(const std::string& text) {
    double ratio = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, ratio);
    if (error != std::errc() || stop != end || !(ratio >= 0 && ratio <= 1))
        throw core::Error(core::ErrorCode::usage, "--ratio does not take '" + text + "'", "--ratio",
                          "give a number from 0 (no scaling) to 1");
    return ratio;
}

core::OverrideRequest requestOf(const VerbContext& context) {
    const Arguments& arguments = context.arguments;
    core::OverrideRequest request{.runDir = context.operand(0), .wanted = {}};
    if (!arguments.has("set"))
        throw core::Error(core::ErrorCode::usage, "which scale set?", {},
                          "give --set NAME; awq-cli inspect RUN_DIR lists block and producer");
    if (arguments.has("ratio"))
        request.wanted.ratio = ratioOf(arguments.text("ratio", ""));
    request.wanted.clip = !arguments.has("no-clip");
    request.wanted.exclude = arguments.has("exclude");
    if (request.wanted.asksForNothing() != arguments.has("undo"))
        throw core::Error(core::ErrorCode::usage, "what should be tried?", {},
                          "give --ratio R, --no-clip or --exclude; or --undo alone, to search again");
    request.wanted.scaleSet = arguments.text("set", "");
    return request;
}

bool isPartOf(const core::ScaleSetResult& set, const core::ScaleOverride& wanted) {
    return wanted.scaleSet.ends_with("." + std::to_string(set.block) + "." + set.producer);
}

ordered_json blockJson(const core::BlockResult& block, const core::ScaleOverride& wanted) {
    ordered_json json{{"output_mse", block.outputMse}, {"relative_error", block.relativeError}};
    for (const core::ScaleSetResult& set : block.scaleSets)
        if (isPartOf(set, wanted))
            json["scale_set"] = core::toJson(set);
    json["linears"] = ordered_json::array();
    for (const core::LinearResult& linear : block.linears)
        json["linears"].push_back(core::toJson(linear));
    return json;
}

std::string change(double before, double after) {
    return scientific(before) + " -> " + scientific(after) +
           (before > 0 ? " (" + std::string(after >= before ? "+" : "") + number(100 * (after / before - 1), 1) + " %)"
                       : "");
}

std::string textOf(const core::OverrideResult& result) {
    const auto& [wanted, before, after] = result;
    std::string text = wanted.scaleSet + ": " + core::choiceText(wanted) + "\n";
    for (std::size_t i = 0; i < before.scaleSets.size(); ++i) {
        const core::ScaleSetResult &was = before.scaleSets[i], &is = after.scaleSets.at(i);
        if (isPartOf(was, wanted))
            text += "  ratio                 " + number(was.bestRatio, 2) + " -> " + number(is.bestRatio, 2) +
                    "\n  loss of the scale set " + change(was.bestLoss, is.bestLoss) + "\n";
    }
    text += "  output error of block " + std::to_string(before.block) + " " +
            change(before.outputMse, after.outputMse) + "\n";
    TextTable table({"linear", "fate", ">output mse before", ">after"});
    for (std::size_t i = 0; i < before.linears.size(); ++i)
        table.add({before.linears[i].name, after.linears.at(i).fate, scientific(before.linears[i].outputMse),
                   scientific(after.linears.at(i).outputMse)});
    return text + "\n" + table.text();
}

// The folder of a finished run is written again; an unfinished run takes the choice along when it is resumed.
std::string rewrite(const VerbContext& context, const std::string& runDir) {
    const core::RunInfo info = core::RunStore::open(runDir).info();
    if (info.state != "changed")
        return "kept; resume the run to go on: awq-cli quantize " + info.model.string() + " --output " +
               info.output.string() + " --run-dir " + runDir + " --resume ...\n";
    core::QuantizeRequest quantize;
    quantize.model = info.model;
    quantize.output = info.output;
    quantize.runDir = runDir;
    quantize.recipe = info.recipe;
    quantize.resume = true;
    valueOf(core::runQuantize(quantize, context.events, context.stop));
    return "kept, and " + info.output.string() + " was written again\n";
}

VerbResult overrideSet(const VerbContext& context) {
    const core::OverrideRequest request = requestOf(context);
    const core::OverrideResult found = valueOf(core::tryOverride(request, context.events, context.stop));
    const bool keep = context.arguments.has("keep");
    VerbResult result;
    result.json = {{"run_dir", request.runDir.string()},
                   {"scale_set", found.wanted.scaleSet},
                   {"choice", core::choiceText(found.wanted)},
                   {"block", found.after.block},
                   {"before", blockJson(found.before, found.wanted)},
                   {"after", blockJson(found.after, found.wanted)},
                   {"kept", keep}};
    result.text = textOf(found) + "\n";
    if (keep) {
        core::keepOverride(request.runDir, found.wanted);
        result.text += rewrite(context, context.operand(0));
    } else {
        result.text += "nothing was changed; add --keep to take it into the run and its folder\n";
    }
    return result;
}

} // namespace

Verb overrideVerb() {
    return {"override",
            "RUN_DIR",
            "try another choice for one scale set of a run, and keep it if asked",
            1,
            1,
            {{"set", "NAME", "the scale set: its producer, such as model.layers.0.mlp.up_proj, or a linear it scales"},
             {"ratio", "R", "this ratio, 0 (no scaling) to 1, instead of the one that was found"},
             {"no-clip", "", "do not clip the set's linears"},
             {"exclude", "", "keep the set's linears in float"},
             {"undo", "", "search again, without an override"},
             {"keep", "", "take it into the run; the folder of a finished run is written again"}},
            overrideSet};
}

} // namespace awq::app

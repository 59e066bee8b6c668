// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli quantize: the main job.
#include "app/cli_quantize.h"

#include <algorithm>

#include "app/cli_recipe.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/event_json.h"
#include "core/quant/results_json.h"
#include "core/units.h"

namespace awq::app {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t worstShown = 5;

std::string worstText(const core::QuantizeResult& result) {
    std::vector<const core::LinearResult*> linears;
    for (const core::BlockResult& block : result.blocks)
        for (const core::LinearResult& linear : block.linears)
            if (linear.fate == "quantized")
                linears.push_back(&linear);
    std::ranges::sort(linears, std::greater(), [](const auto* linear) { return linear->outputMse; });
    linears.resize(std::min(linears.size(), worstShown));
    TextTable table({">block", "linear", ">output mse", ">weight mse"});
    for (const core::LinearResult* linear : linears)
        table.add({std::to_string(linear->block), linear->name, scientific(linear->outputMse),
                   scientific(linear->weightMse)});
    return "largest output errors:\n" + table.text();
}

std::string excludedText(const core::QuantizeResult& result) {
    std::string text;
    for (const core::BlockResult& block : result.blocks)
        for (const core::LinearResult& linear : block.linears)
            if (linear.fate == "excluded")
                text += "  block " + std::to_string(linear.block) + " " + linear.name + ": " + linear.reason + "\n";
    return text.empty() ? "" : "\nkept in float:\n" + text;
}

core::QuantizeRequest requestOf(const VerbContext& context) {
    const Arguments& arguments = context.arguments;
    if (!arguments.has("output"))
        throw core::Error(core::ErrorCode::usage, "where should the result go?", {}, "give --output DIR");
    core::QuantizeRequest request;
    request.model = context.operand(0);
    request.output = arguments.text("output", "");
    request.runDir = arguments.text("run-dir", "");
    request.recipe = recipeOf(arguments);
    request.resume = arguments.has("resume");
    request.force = arguments.has("force");
    return request;
}

VerbResult quantize(const VerbContext& context) {
    const core::QuantizeResult result = valueOf(core::runQuantize(requestOf(context), context.events, context.stop));
    return {quantizeJson(result), quantizeText(result)};
}

} // namespace

ordered_json quantizeJson(const core::QuantizeResult& result) {
    ordered_json json{{"run_dir", result.runDir.string()},
                      {"output", result.output.string()},
                      {"bytes_before", result.bytesBefore},
                      {"bytes_after", result.bytesAfter},
                      {"seconds", result.seconds},
                      {"peak_host_bytes", result.peakHostBytes},
                      {"peak_device_bytes", result.peakDeviceBytes},
                      {"phase_seconds", result.phaseSeconds},
                      {"scale_sets", ordered_json::array()},
                      {"linears", ordered_json::array()},
                      {"warnings", core::toJson(result.warnings)}};
    for (const core::BlockResult& block : result.blocks) {
        for (const core::ScaleSetResult& set : block.scaleSets)
            json["scale_sets"].push_back(core::toJson(set));
        for (const core::LinearResult& linear : block.linears)
            json["linears"].push_back(core::toJson(linear));
    }
    return json;
}

std::string quantizeText(const core::QuantizeResult& result) {
    std::string text = "wrote " + result.output.string() + ": " + core::formatBytes(result.bytesBefore) + " -> " +
                       core::formatBytes(result.bytesAfter) + " in " + core::formatSeconds(result.seconds) + ", peak " +
                       core::formatBytes(result.peakHostBytes) + " host";
    if (result.peakDeviceBytes > 0)
        text += ", " + core::formatBytes(result.peakDeviceBytes) + " device";
    return text + "\nrun folder " + result.runDir.string() + " (awq-cli inspect)\n\n" + worstText(result) +
           excludedText(result);
}

Verb quantizeVerb() {
    return {"quantize",
            "MODEL",
            "quantize a model folder and write the result",
            1,
            1,
            joined({{"output", "DIR", "folder to write; must be new or empty"},
                    {"run-dir", "DIR", "folder for what the run finds and resumes from (DIR.run beside the output)"},
                    {"resume", "", "go on after the last finished block of the run folder"},
                    {"force", "", "replace an existing output folder"}},
                   recipeCliOptions()),
            quantize};
}

} // namespace awq::app

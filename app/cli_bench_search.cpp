// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli bench-search: the search of one block of a given shape, phase by phase.
#include "app/cli_common.h"
#include "app/cli_recipe.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/run/search_bench.h"
#include "core/units.h"

namespace awq::app {
namespace {

std::string share(double part, double whole) {
    return whole > 0 && part > 0 ? number(100 * part / whole, 1) + " %" : "";
}

VerbResult benchSearch(const VerbContext& context) {
    core::SearchBenchRequest request;
    core::setShape(request, context.arguments.text("shape", "llama2-7b"));
    request.repeat = int(context.arguments.integer("repeat", request.repeat, 1));
    request.recipe = recipeOf(context.arguments);
    const core::SearchBenchResult measured = valueOf(core::runSearchBench(request, context.events, context.stop));
    VerbResult result;
    result.json = {{"device", measured.device},
                   {"dtype", measured.dtype},
                   {"hidden", request.hidden},
                   {"intermediate", request.intermediate},
                   {"key_value_heads", request.kvHeads},
                   {"tokens", request.recipe.calibration.samples * request.recipe.calibration.sequenceLength},
                   {"seconds", measured.searchSeconds},
                   {"flops_limit", measured.flopsLimit},
                   {"weight_bytes", measured.weightBytes},
                   {"feature_bytes", measured.featureBytes},
                   {"peak_device_bytes", measured.peakDeviceBytes},
                   {"peak_host_bytes", measured.peakHostBytes},
                   {"best_ratios", measured.bestRatios},
                   {"work", measured.work}};
    result.json["phases"] = nlohmann::ordered_json::array();
    TextTable table({"phase", ">ms", ">TFLOP", ">TFLOP/s", ">of limit"});
    for (const core::SearchBenchPhase& phase : measured.phases) {
        const double rate = phase.seconds > 0 ? phase.flops / phase.seconds : 0;
        result.json["phases"].push_back({{"name", phase.name},
                                         {"seconds", phase.seconds},
                                         {"flops", phase.flops},
                                         {"flops_per_second", rate},
                                         {"limit_share", measured.flopsLimit > 0 ? rate / measured.flopsLimit : 0}});
        const bool counted = phase.flops > 0;
        table.add({phase.name, number(1e3 * phase.seconds, 1), counted ? number(phase.flops / 1e12, 2) : "",
                   counted ? number(rate / 1e12, 1) : "", share(rate, measured.flopsLimit)});
    }
    table.add({"all", number(1e3 * measured.searchSeconds, 1), "", "", ""});
    result.text = measured.device + ", " + measured.dtype + ", limit " + number(measured.flopsLimit / 1e12, 1) +
                  " TFLOP/s (one large product), weights " + core::formatBytes(measured.weightBytes) + ", features " +
                  core::formatBytes(measured.featureBytes) + ", peak " +
                  core::formatBytes(std::max(measured.peakDeviceBytes, measured.peakHostBytes)) + "\n\n" + table.text();
    return result;
}

} // namespace

Verb benchSearchVerb() {
    return {"bench-search",
            "",
            "speed of the search on one block of random weights",
            0,
            0,
            joined({{"shape", "NAME", "llama2-7b, llama3-8b, llama2-70b or HIDDENxINTERMEDIATExKVHEADS (llama2-7b)"},
                    {"repeat", "N", "repetitions; the first one does not count (3)"}},
                   recipeCliOptions()),
            benchSearch};
}

} // namespace awq::app

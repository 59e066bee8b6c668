// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli demo: the main job on the bundled model, and what it cost in perplexity.
#include "app/cli_perplexity.h"
#include "app/cli_quantize.h"
#include "app/cli_verbs.h"
#include "core/resource_dir.h"

namespace awq::app {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t demoSamples = 64, demoWindow = 256; // enough for a model this small; about a minute on two cores

// "awq-demo", or the first of "awq-demo-2", ... that is not taken.
fs::path newFolder() {
    fs::path folder = "awq-demo";
    for (int i = 2; fs::exists(folder) || fs::exists(folder.string() + ".run"); ++i)
        folder = "awq-demo-" + std::to_string(i);
    return folder;
}

core::QuantizeRequest quantizeRequest(const core::ComputeOptions& compute) {
    core::QuantizeRequest request;
    request.model = core::demoModel();
    request.output = newFolder();
    request.recipe.calibration.samples = demoSamples;
    request.recipe.device = compute.device;
    request.recipe.dtype = compute.dtype;
    request.recipe.threads = compute.threads;
    return request;
}

// The same model three times: as it is, rounded to nearest on the fly, and quantized.
core::EvaluateRequest evaluateRequest(const core::QuantizeRequest& quantized, const core::ComputeOptions& compute) {
    const core::Recipe& recipe = quantized.recipe;
    core::EvaluateRequest request;
    request.models = {quantized.model, quantized.model, quantized.output};
    request.rtn = {{}, {recipe.bits, recipe.groupSize, recipe.zeroPoint}, {}};
    request.text.text = "bundled";
    request.text.window = demoWindow;
    request.compute = compute;
    return request;
}

VerbResult demo(const VerbContext& context) {
    const core::ComputeOptions compute = computeOptions(context.arguments);
    const core::QuantizeRequest request = quantizeRequest(compute);
    const core::QuantizeResult quantized = valueOf(core::runQuantize(request, context.events, context.stop));
    const auto perplexities =
        valueOf(core::runPerplexity(evaluateRequest(request, compute), context.events, context.stop));
    VerbResult result{quantizeJson(quantized), quantizeText(quantized) + "\n" + perplexityText(perplexities)};
    result.json["perplexity"] = perplexityJson(perplexities, false);
    return result;
}

} // namespace

Verb demoVerb() {
    return {"demo", "", "quantize the bundled model into ./awq-demo and compare perplexities", 0, 0, {}, demo};
}

} // namespace awq::app

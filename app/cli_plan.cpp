// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli plan: what quantize would do; of the weights it reads one block, to verify the mapping.
#include "app/cli_recipe.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/model/model_folder.h"
#include "core/plan/plan.h"
#include "core/run/mapping_verdict.h"
#include "core/run/plan_environment.h"
#include "core/units.h"

namespace awq::app {
namespace {

std::string linearsText(const core::Plan& plan) {
    TextTable table({">block", "linear", "shape", "fate", ">bits", ">group", ">before", ">after", "reason"});
    for (const core::PlannedLinear& linear : plan.linears) {
        const bool packed = linear.bits > 0;
        table.add({std::to_string(linear.block), linear.name, shapeCell(linear.rows, linear.columns), linear.fate,
                   packed ? std::to_string(linear.bits) : "", packed ? std::to_string(linear.groupSize) : "",
                   core::formatBytes(linear.bytesBefore), core::formatBytes(linear.bytesAfter), linear.reason});
    }
    return table.text();
}

std::string scaleSetsText(const core::Plan& plan) {
    TextTable table({">block", "producer", "inspected", "fate", "consumers", "reason"});
    for (const core::PlannedScaleSet& set : plan.scaleSets) {
        std::string consumers;
        for (const std::string& consumer : set.consumers)
            consumers += (consumers.empty() ? "" : " ") + consumer;
        table.add({std::to_string(set.block), set.producer, set.inspected, set.fate, consumers, set.reason});
    }
    return table.text();
}

std::string totalsText(const core::Plan& plan) {
    TextTable table({"", ""});
    table.add({"size", core::formatBytes(plan.bytesBefore) + " -> " + core::formatBytes(plan.bytesAfter)});
    table.add({"time", "about " + core::formatSeconds(plan.secondsEstimate) + " (an estimate)"});
    table.add({"host memory", "about " + core::formatBytes(plan.peakHostBytes) + " (an estimate)"});
    if (plan.peakDeviceBytes > 0)
        table.add({"device memory", "about " + core::formatBytes(plan.peakDeviceBytes) + " (an estimate)"});
    table.add({"disk", "about " + core::formatBytes(plan.diskBytes) + " of " + core::formatBytes(plan.freeDiskBytes) +
                           " free"});
    table.add({"mapping", plan.mapping.state + (plan.mapping.note.empty() ? "" : ": " + plan.mapping.note)});
    for (const core::LoaderVerdict& loader : plan.loaders)
        table.add({"opens in", loader.program + (loader.opens == "yes" ? "" : ": no, " + loader.note)});
    return table.text();
}

VerbResult plan(const VerbContext& context) {
    const core::Recipe recipe = recipeOf(context.arguments);
    const core::ModelFolder folder = core::ModelFolder::open(context.operand(0));
    folder.requireFloat();
    const core::PlanEnvironment environment = core::planEnvironment(recipe, context.arguments.text("output", "."));
    core::Plan plan = core::makePlan(core::outlineOf(folder), recipe, environment);
    core::requireExecutable(plan);
    plan.mapping = core::judgeMapping(folder, environment.freeHostBytes);
    if (plan.mapping.state == "broken")
        plan.warnings.push_back({"scaling changes what this model computes", plan.mapping.note,
                                 "--scale-search none quantizes without scaling; please report the model"});
    for (const core::Warning& warning : plan.warnings)
        context.events.receive({0, 0, warning});
    return {core::toJson(plan), linearsText(plan) + "\n" + scaleSetsText(plan) + "\n" + totalsText(plan)};
}

} // namespace

Verb planVerb() {
    return {"plan",
            "MODEL",
            "what quantize would do: every linear, sizes, time, memory, warnings",
            1,
            1,
            joined({{"output", "DIR", "where the result would go, for the free disk space"}}, recipeCliOptions()),
            plan};
}

} // namespace awq::app

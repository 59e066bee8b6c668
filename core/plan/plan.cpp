// SPDX-License-Identifier: GPL-3.0-or-later
// Decides the fate of every linear and scale set, and adds up sizes.
#include "core/plan/plan.h"

#include <algorithm>
#include <regex>
#include <unordered_map>

#include "core/error.h"
#include "core/export/checkpoint_writer.h"
#include "core/plan/cost_model.h"
#include "core/plan/plan_checks.h"
#include "core/plan/scale_override.h"

namespace awq::core {
namespace {

struct Expressions {
    explicit Expressions(const Recipe& recipe) {
        for (const std::string& expression : recipe.exclude)
            exclude.emplace_back(expression, std::regex(expression));
        for (const auto& [expression, bits] : recipe.bitsFor)
            bitsFor.emplace_back(std::regex(expression), bits);
        for (const std::string& text : recipe.overrides)
            overrides.push_back(scaleOverrideFromText(text));
    }

    std::vector<std::pair<std::string, std::regex>> exclude;
    std::vector<std::pair<std::regex, int>> bitsFor;
    std::vector<ScaleOverride> overrides;
};

// "model.layers.0.", which names relative to a block are completed with.
std::string prefixOf(const LinearOutline& linear) {
    return linear.fullName.substr(0, linear.fullName.size() - linear.name.size());
}

// The overrides of scale sets by the full names of the linears they scale.
using OverridesByLinear = std::unordered_map<std::string, const ScaleOverride*>;

std::string fullNameOf(const ScaleSetOutline& set, const ModelOutline& model) {
    const auto [first, last] = std::ranges::equal_range(model.linears, set.block, {}, &LinearOutline::block);
    return first == last ? set.producer : prefixOf(*first) + set.producer;
}

const ScaleOverride* overrideOf(const std::string& scaleSet, const Expressions& expressions) {
    const auto found = std::ranges::find(expressions.overrides, scaleSet, &ScaleOverride::scaleSet);
    return found == expressions.overrides.end() ? nullptr : &*found;
}

OverridesByLinear overridesByLinear(const ModelOutline& model, const Expressions& expressions) {
    OverridesByLinear overrides;
    if (expressions.overrides.empty())
        return overrides;
    for (const ScaleSetOutline& set : model.scaleSets) {
        const std::string name = fullNameOf(set, model);
        if (const ScaleOverride* wanted = overrideOf(name, expressions))
            for (const std::string& consumer : set.consumers)
                overrides[name.substr(0, name.size() - set.producer.size()) + consumer] = wanted;
    }
    return overrides;
}

std::string exclusionOf(const LinearOutline& linear, const Expressions& expressions) {
    if (!linear.floatReason.empty())
        return linear.floatReason;
    for (const auto& [text, regex] : expressions.exclude)
        if (std::regex_search(linear.fullName, regex))
            return "matches --exclude " + text;
    return {};
}

int bitsOf(const LinearOutline& linear, const Recipe& recipe, const Expressions& expressions) {
    for (const auto& [regex, bits] : expressions.bitsFor)
        if (std::regex_search(linear.fullName, regex))
            return bits;
    return recipe.bits;
}

// Floats are written in the format's element type, other tensors as they are.
std::int64_t writtenElementBytes(DType stored, DType written) {
    return std::int64_t(sizeOf(isFloat(stored) ? written : stored));
}

PlannedLinear planLinear(const LinearOutline& outline, const Recipe& recipe, const Expressions& expressions,
                         const ScaleOverride* wanted, DType written) {
    const std::int64_t elements = outline.rows * outline.columns;
    PlannedLinear linear{outline.block, outline.name, outline.fullName, outline.rows, outline.columns};
    linear.bytesBefore = elements * std::int64_t(sizeOf(outline.dtype));
    linear.reason = exclusionOf(outline, expressions);
    if (wanted) {
        linear.clip = wanted->clip;
        if (wanted->exclude && linear.reason.empty())
            linear.reason = "--override " + toText(*wanted);
    }
    if (!linear.reason.empty()) {
        linear.fate = "excluded";
        linear.bytesAfter = elements * writtenElementBytes(outline.dtype, written);
        return linear;
    }
    linear.fate = "quantized";
    linear.bits = bitsOf(outline, recipe, expressions);
    linear.groupSize = recipe.groupSize < 0 ? outline.columns : recipe.groupSize;
    if (linear.columns % linear.groupSize == 0) // else a problem of the plan
        linear.bytesAfter = std::int64_t(CheckpointWriter::linearBytes(recipe.format, {outline.fullName,
                                                                                       outline.rows,
                                                                                       outline.columns,
                                                                                       {linear.bits, linear.groupSize},
                                                                                       written,
                                                                                       recipe.zeroPoint}));
    return linear;
}

bool allExcluded(const ScaleSetOutline& set, const Plan& plan) {
    return std::ranges::all_of(set.consumers, [&](const std::string& name) {
        const PlannedLinear* linear = findLinear(plan, set.block, name);
        return linear && linear->fate == "excluded";
    });
}

PlannedScaleSet planScaleSet(const ScaleSetOutline& outline, const std::string& fullName, const ScaleOverride* wanted,
                             const Plan& plan) {
    PlannedScaleSet set{
        outline.block, outline.producer, outline.consumers, outline.inspected, "scaled", {}, fullName, {}};
    if (!outline.skipReason.empty()) {
        set.fate = "skipped";
        set.reason = outline.skipReason;
    } else if (outline.scalesActivation &&
               CheckpointWriter::activationScales(plan.recipe.format) == ActivationScales::none) {
        set.fate = "skipped";
        set.reason = "the format " + plan.recipe.format + " has no place for the scale of an activation";
    } else if (allExcluded(outline, plan)) {
        set.fate = "skipped";
        set.reason = "all its linears are kept in float";
    } else if (wanted && wanted->ratio) {
        set.ratio = wanted->ratio;
        set.reason = "--override " + toText(*wanted);
    } else if (plan.recipe.scaleSearch == "none" && plan.recipe.resultsIn.empty()) {
        set.fate = "identity";
        set.reason = "--scale-search none";
    }
    return set;
}

void addSizes(const ModelOutline& model, DType written, Plan& plan) {
    for (const PlannedLinear& linear : plan.linears) {
        plan.bytesBefore += linear.bytesBefore;
        plan.bytesAfter += linear.bytesAfter;
    }
    for (const TensorOutline& tensor : model.otherTensors) {
        plan.bytesBefore += tensor.elements * std::int64_t(sizeOf(tensor.dtype));
        plan.bytesAfter += tensor.elements * writtenElementBytes(tensor.dtype, written);
    }
    if (CheckpointWriter::activationScales(plan.recipe.format) == ActivationScales::stored)
        for (const std::int64_t size : model.activationScales)
            plan.bytesAfter += size * std::int64_t(sizeOf(written));
}

// The element type of floats in the output: the checkpoint's, unless the format prescribes one; "simulated" keeps what
// was computed, which the CPU does in float32 unless told otherwise.
DType writtenType(const Recipe& recipe, DType stored, const PlanEnvironment& environment) {
    if (recipe.format == "simulated" && recipe.dtype != "auto")
        stored = *dtypeFromName(recipe.dtype);
    else if (recipe.format == "simulated" && environment.device == "cpu")
        stored = DType::F32;
    return CheckpointWriter::floatType(recipe.format, stored);
}

} // namespace

Plan makePlan(const ModelOutline& model, const Recipe& recipe, const PlanEnvironment& environment) {
    const Expressions expressions(recipe);
    const DType written = writtenType(recipe, model.dtype, environment);
    Plan plan;
    plan.model = model.path;
    plan.recipe = recipe;
    const OverridesByLinear overrides = overridesByLinear(model, expressions);
    for (const LinearOutline& linear : model.linears) {
        const auto wanted = overrides.find(linear.fullName);
        plan.linears.push_back(
            planLinear(linear, recipe, expressions, wanted == overrides.end() ? nullptr : wanted->second, written));
    }
    for (const ScaleSetOutline& set : model.scaleSets) {
        const std::string name = fullNameOf(set, model);
        plan.scaleSets.push_back(planScaleSet(set, name, overrideOf(name, expressions), plan));
    }
    addSizes(model, written, plan);
    plan.memory = planMemory(plan, model, environment);
    const CostEstimate cost = estimateCost(plan, environment);
    plan.secondsEstimate = cost.seconds;
    plan.peakHostBytes = cost.peakHostBytes;
    plan.peakDeviceBytes = cost.peakDeviceBytes;
    plan.diskBytes = 2 * plan.bytesAfter; // the output, and as much in the run folder until it is complete
    plan.freeDiskBytes = environment.freeDiskBytes;
    plan.loaders = judgeLoaders(plan, model.family);
    plan.problems = findProblems(plan, model, environment);
    plan.warnings = findWarnings(plan, environment);
    return plan;
}

void requireExecutable(const Plan& plan) {
    if (!plan.problems.empty())
        badInput(plan.problems.front().what, plan.problems.front().where, plan.problems.front().hint);
}

const PlannedLinear* findLinear(const Plan& plan, int block, const std::string& name) {
    const auto [first, last] = std::ranges::equal_range(plan.linears, block, {}, &PlannedLinear::block);
    const auto found = std::find_if(first, last, [&](const PlannedLinear& linear) { return linear.name == name; });
    return found == last ? nullptr : &*found;
}

const PlannedScaleSet* findScaleSet(const Plan& plan, int block, const std::string& producer) {
    const auto [first, last] = std::ranges::equal_range(plan.scaleSets, block, {}, &PlannedScaleSet::block);
    const auto found = std::find_if(first, last, [&](const PlannedScaleSet& set) { return set.producer == producer; });
    return found == last ? nullptr : &*found;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of a plan.
#include "core/plan/plan_checks.h"

#include <algorithm>
#include <functional>
#include <regex>
#include <set>

#include "core/plan/format_rules.h"
#include "core/plan/loader_rules.h"
#include "core/plan/scale_override.h"
#include "core/units.h"

namespace awq::core {
namespace {

using Linears = std::vector<const PlannedLinear*>;

Linears quantizedWhere(const Plan& plan, const std::function<bool(const PlannedLinear&)>& condition) {
    Linears found;
    for (const PlannedLinear& linear : plan.linears)
        if (linear.fate == "quantized" && condition(linear))
            found.push_back(&linear);
    return found;
}

std::string place(const Linears& linears) {
    const PlannedLinear& first = *linears.front();
    std::string text = first.fullName + " [" + std::to_string(first.rows) + ", " + std::to_string(first.columns) + "]";
    if (linears.size() > 1)
        text += " and " + std::to_string(linears.size() - 1) + " more";
    return text;
}

// "--exclude 'mlp\.(down|up)_proj'": the names relative to their blocks, each once.
std::string excludeAdvice(const Linears& linears) {
    static const std::regex special(R"([.()\[\]])");
    std::set<std::string> names;
    for (const PlannedLinear* linear : linears)
        names.insert(std::regex_replace(linear->name, special, R"(\$&)"));
    std::string advice;
    for (const std::string& name : names)
        advice += (advice.empty() ? "" : " ") + std::string("--exclude '") + name + "$'";
    return names.size() <= 4 ? advice : "--exclude REGEX";
}

// The largest group size of the format that divides every quantized linear; 0 when there is none.
std::int64_t fittingGroupSize(const Plan& plan) {
    std::int64_t best = 0;
    for (const std::int64_t size : formatRulesOf(plan.recipe.format).groupSizes)
        if (size > best && quantizedWhere(plan, [&](const auto& linear) { return linear.columns % size != 0; }).empty())
            best = size;
    return best;
}

void checkGroupSize(const Plan& plan, std::vector<Warning>& problems) {
    const Linears linears =
        quantizedWhere(plan, [](const auto& linear) { return linear.columns % linear.groupSize != 0; });
    if (linears.empty())
        return;
    const std::int64_t fitting = fittingGroupSize(plan);
    problems.push_back({"group size " + std::to_string(plan.recipe.groupSize) + " does not divide the inputs of " +
                            std::to_string(linears.size()) + (linears.size() == 1 ? " linear" : " linears"),
                        place(linears),
                        (fitting > 0 ? "use --group-size " + std::to_string(fitting) + ", or keep them in float: "
                                     : "keep them in float: ") +
                            excludeAdvice(linears)});
}

void checkMultiple(const Plan& plan, const char* what, std::int64_t multiple, std::int64_t PlannedLinear::*size,
                   std::vector<Warning>& problems) {
    const Linears linears = quantizedWhere(plan, [&](const auto& linear) { return linear.*size % multiple != 0; });
    if (linears.empty())
        return;
    problems.push_back({"format " + plan.recipe.format + " needs " + what + " in multiples of " +
                            std::to_string(multiple) + ", which " + std::to_string(linears.size()) +
                            (linears.size() == 1 ? " linear has not" : " linears have not"),
                        place(linears), "keep them in float: " + excludeAdvice(linears) + ", or use another --format"});
}

std::string advice(const Plan& plan, const PlanEnvironment& environment) {
    const Recipe& recipe = plan.recipe;
    std::string text = "a shorter --sequence-length (now " + std::to_string(recipe.calibration.sequenceLength) + ")";
    if (recipe.roundsInStages())
        text += ", --preset awq, which keeps no second moments";
    if (recipe.dtype == "float32" || (recipe.dtype == "auto" && environment.device == "cpu"))
        text += ", --dtype bfloat16";
    return text;
}

void checkMemoryLimit(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment,
                      std::vector<Warning>& problems) {
    const std::int64_t limit = plan.recipe.memoryLimit;
    if (limit == 0 || plan.memory.peakBytes <= limit)
        return;
    constexpr std::int64_t step = 1'000'000;
    const std::int64_t smallest = (smallestMemoryLimit(plan, model, environment) + step - 1) / step * step;
    problems.push_back(
        {"the memory limit is too small: this model needs at least " + formatBytes(smallest) + " on " +
             environment.device + ", " + formatBytes(limit) + " are allowed",
         "--memory-limit",
         "use --memory-limit " + std::to_string(smallest) + " or more; what would help: " + advice(plan, environment)});
}

void warnOfSlowSearch(const Plan& plan, std::vector<Warning>& warnings) {
    const Recipe& recipe = plan.recipe;
    if (recipe.engine == "fast" && recipe.resultsIn.empty() && recipe.scaleSearch != "none" &&
        recipe.scaleSearch != "solved" && recipe.memoryLimit > 0 && !plan.memory.keepFeatures)
        warnings.push_back({"the memory limit leaves no room to keep activations: every candidate is measured on "
                            "everything, which takes several times as long",
                            "--memory-limit", "allow more memory, or use fewer --samples"});
}

std::string shapeNote(const Plan& plan, const LoaderRules& rules) {
    const Linears linears = quantizedWhere(plan, [&](const PlannedLinear& linear) {
        return linear.rows % rules.rowMultiple != 0 || linear.columns % rules.columnMultiple != 0;
    });
    if (linears.empty())
        return {};
    return "its fast kernels need outputs in multiples of " + std::to_string(rules.rowMultiple) +
           " and inputs in multiples of " + std::to_string(rules.columnMultiple) + ": " + place(linears);
}

std::string bitsNote(const Plan& plan, const LoaderRules& rules) {
    const Linears linears =
        quantizedWhere(plan, [&](const PlannedLinear& linear) { return !std::ranges::count(rules.bits, linear.bits); });
    return linears.empty()
               ? ""
               : "it does not read " + std::to_string(linears.front()->bits) + "-bit weights in this format";
}

std::string familyNote(const Plan& plan, const LoaderRules& rules, const std::string& family) {
    const auto found = std::ranges::find(rules.fails, family, &FamilyNote::family);
    if (found == rules.fails.end() || found->linear.empty())
        return found == rules.fails.end() ? "" : found->why;
    const Linears linears =
        quantizedWhere(plan, [&](const PlannedLinear& linear) { return linear.name.ends_with(found->linear); });
    return linears.empty() ? "" : found->why + ": " + excludeAdvice(linears) + " keeps them in float";
}

void warnOfLoaders(const Plan& plan, std::vector<Warning>& warnings) {
    for (const LoaderVerdict& verdict : plan.loaders)
        if (verdict.opens != "yes")
            warnings.push_back({verdict.program + " will not open the result", verdict.note,
                                "choose another --format if the result is meant for " + verdict.program});
}

void warnOfShortage(const std::string& what, std::int64_t needed, std::int64_t free, const std::string& hint,
                    std::vector<Warning>& warnings) {
    if (free > 0 && needed > free)
        warnings.push_back(
            {what + " may not do: about " + formatBytes(needed) + " needed, " + formatBytes(free) + " free", "", hint});
}

void warnOfIdleExpressions(const Plan& plan, std::vector<Warning>& warnings) {
    const auto matchesAny = [&](const std::string& expression) {
        const std::regex regex(expression);
        return std::ranges::any_of(plan.linears,
                                   [&](const auto& linear) { return std::regex_search(linear.fullName, regex); });
    };
    for (const std::string& expression : plan.recipe.exclude)
        if (!matchesAny(expression))
            warnings.push_back(
                {"--exclude '" + expression + "' matches no linear", "", "awq-cli info MODEL lists the names"});
    for (const auto& [expression, bits] : plan.recipe.bitsFor)
        if (!matchesAny(expression))
            warnings.push_back(
                {"--bits-for '" + expression + "' matches no linear", "", "awq-cli info MODEL lists the names"});
}

void warnOfIdleOverrides(const Plan& plan, std::vector<Warning>& warnings) {
    for (const std::string& text : plan.recipe.overrides) {
        const std::string name = scaleOverrideFromText(text).scaleSet;
        if (!std::ranges::count(plan.scaleSets, name, &PlannedScaleSet::fullName))
            warnings.push_back({"--override '" + text + "' names no scale set", "",
                                "awq-cli plan MODEL --json lists them: block and producer, as in " +
                                    (plan.scaleSets.empty() ? std::string("model.layers.0.mlp.up_proj")
                                                            : plan.scaleSets.front().fullName)});
    }
}

} // namespace

std::vector<Warning> findProblems(const Plan& plan, const ModelOutline& model, const PlanEnvironment& environment) {
    const FormatRules& format = formatRulesOf(plan.recipe.format);
    std::vector<Warning> problems;
    if (quantizedWhere(plan, [](const auto&) { return true; }).empty())
        problems.push_back({"no linear would be quantized", plan.model.string(), "exclude fewer linears"});
    checkGroupSize(plan, problems);
    checkMultiple(plan, "outputs", format.rowMultiple, &PlannedLinear::rows, problems);
    checkMultiple(plan, "inputs", format.columnMultiple, &PlannedLinear::columns, problems);
    checkMemoryLimit(plan, model, environment, problems);
    return problems;
}

std::vector<LoaderVerdict> judgeLoaders(const Plan& plan, const std::string& family) {
    std::vector<LoaderVerdict> verdicts;
    for (const LoaderRules& rules : loaderRules()) {
        if (rules.format != plan.recipe.format)
            continue;
        std::string note = familyNote(plan, rules, family);
        if (note.empty())
            note = bitsNote(plan, rules);
        if (note.empty())
            note = shapeNote(plan, rules);
        verdicts.push_back({rules.program, note.empty() ? "yes" : "no", note});
    }
    return verdicts;
}

std::vector<Warning> findWarnings(const Plan& plan, const PlanEnvironment& environment) {
    std::vector<Warning> warnings;
    warnOfIdleExpressions(plan, warnings);
    warnOfIdleOverrides(plan, warnings);
    warnOfLoaders(plan, warnings);
    warnOfSlowSearch(plan, warnings);
    warnOfShortage("host memory", plan.peakHostBytes, environment.freeHostBytes,
                   "use fewer --samples or a smaller --prefetch", warnings);
    warnOfShortage("the memory of " + environment.device, plan.peakDeviceBytes, environment.freeDeviceBytes,
                   "use fewer --samples, or set --memory-limit", warnings);
    warnOfShortage("disk space", plan.diskBytes, plan.freeDiskBytes,
                   "free some space, or choose an output folder on another disk", warnings);
    return warnings;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Decides fates and runs the search of the engine that the recipe names.
#include "core/run/scale_choice_torch.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.h"
#include "core/quant/search/gram_losses_torch.h"
#include "core/quant/search/scale_search_torch.h"
#include "core/quant/search/solved_scale_torch.h"
#include "core/run/module_error_torch.h"
#include "core/run/module_losses_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

ScaleSetResult describe(const BlockView& view, const ScaleSet& set) {
    ScaleSetResult result;
    result.block = view.block;
    result.producer = set.producer;
    result.consumers = set.consumers;
    result.inspected = set.inspected.name;
    return result;
}

// The linear whose input the scale is made from: what the inspected module reads, where that is one input.
const std::string& sourceOf(const ScaleSet& set) {
    return set.inputOf.empty() ? set.consumers.front() : set.inputOf;
}

const PlannedScaleSet& plannedSet(const BlockView& view, const ScaleSet& set) {
    if (const PlannedScaleSet* planned = findScaleSet(view.plan, view.block, set.producer))
        return *planned;
    throw Error(ErrorCode::internal, "a scale set is not in the plan", view.place() + ", " + set.producer);
}

// True, with fate and reason, when there is nothing to search.
bool settled(const BlockView& view, const ScaleSet& set, const InputStatistics* statistics, ScaleSetResult& result) {
    const auto settle = [&](const std::string& fate, const std::string& reason) {
        result.fate = fate;
        result.reason = reason;
        return true;
    };
    const PlannedScaleSet& planned = plannedSet(view, set);
    if (planned.fate != "scaled")
        return settle(planned.fate, planned.reason);
    if (!statistics)
        return settle("skipped", "no calibration token reached it");
    return false;
}

bool isSingleLinear(const ScaleSet& set) {
    return set.inspected.kind == InspectedKind::linear && set.consumers.size() == 1 &&
           set.inspected.name == set.consumers.front();
}

struct Search {
    const BlockView& view;
    const ScaleSet& set;
    const InputStatistics& statistics;
    const CapturedBlock& captured;
    const HiddenBatches& hidden;
    std::vector<double> ratios;
    std::vector<SearchedWeight> consumers;

    void tried(int index, double loss, double bestRatio) const {
        view.reporter.emit(RatioTried{view.block, set.producer, index, int(ratios.size()), ratios[std::size_t(index)],
                                      loss, bestRatio});
        view.reporter.sampleMemory();
    }

    // Every candidate on everything, piece by piece.
    ScaleSearchResult stepByStep() const {
        ModuleError error(view, set, set.consumers, hidden, view.batching);
        return searchChannelScale(
            consumers, statistics.meanMagnitude(), ratios, error,
            [&](int index, int, double, double loss, double bestRatio) { tried(index, loss, bestRatio); },
            view.batching.workers(), view.reporter.stop());
    }

    std::vector<at::Tensor> candidateScales() const {
        std::vector<at::Tensor> scales;
        for (const double ratio : ratios)
            scales.push_back(channelScaleOf(statistics.meanMagnitude(), ratio));
        return scales;
    }

    ScaleSearchResult chosenFrom(CandidateLosses& losses) const {
        const auto progress = [&](const CandidateChoice& soFar) {
            for (int i = 0; i < int(ratios.size()); ++i)
                tried(i, soFar.losses[std::size_t(i)], soFar.best < 0 ? 0.0 : ratios[std::size_t(soFar.best)]);
        };
        const bool racing = view.plan.recipe.scaleSearch == "racing" && losses.sequences() > 1;
        const CandidateChoice choice = racing ? racingChoice(losses, progress) : exactChoice(losses, progress);
        ScaleSearchResult result{choice.losses, choice.best, {}, choice.measured};
        if (choice.best >= 0)
            result.channelScale = channelScaleOf(statistics.meanMagnitude(), ratios[std::size_t(choice.best)]);
        return result;
    }

    // From the inputs' mean magnitudes alone: nothing is computed with a candidate.
    ScaleSearchResult solved() const {
        const ScaleSearchResult result =
            solvedScaleCurve(consumers, statistics.meanMagnitude(), ratios, view.reporter.stop());
        const double best = result.best < 0 ? 0.0 : ratios[std::size_t(result.best)];
        for (int i = 0; i < int(ratios.size()); ++i)
            tried(i, result.losses[std::size_t(i)], best);
        return result;
    }

    // The best of all, or the one that was asked for, measured on everything.
    ScaleSearchResult run(std::optional<double> wanted) const {
        ScaleSearchResult found = measured();
        if (!wanted)
            return found;
        const auto index = std::size_t(std::ranges::find(ratios, *wanted) - ratios.begin());
        found.best = std::isfinite(found.losses[index]) ? int(index) : -1;
        if (found.best < 0)
            return found;
        found.channelScale = channelScaleOf(statistics.meanMagnitude(), *wanted);
        if (!found.measured.empty() && found.measured[index] < 1) {
            const Search alone{view, set, statistics, captured, hidden, {*wanted}, consumers};
            found.losses[index] = alone.measured().losses.front();
            found.measured[index] = 1;
        }
        return found;
    }

    ScaleSearchResult measured() const {
        const bool fast = view.plan.recipe.engine == "fast";
        if (fast && isSingleLinear(set) && statistics.gram().defined()) {
            GramLosses losses(consumers.front(), candidateScales(), statistics.gram(), statistics.tokens(),
                              view.batching.workers());
            return chosenFrom(losses);
        }
        if (captured.features.empty() || isSingleLinear(set))
            return stepByStep();
        // A candidate a thread, or all threads on one.
        const Workers within = view.batching.atOnce() > 1 ? Workers(1) : view.batching.workers();
        const CandidateWeights weights(consumers, candidateScales(), within);
        ModuleLosses losses(view, set, weights, hidden, captured.features);
        return chosenFrom(losses);
    }
};

// The ratios to try, `wanted` among them, ascending.
std::vector<double> candidateRatios(std::optional<double> wanted) {
    std::vector<double> ratios = awqRatios();
    if (!wanted)
        return ratios;
    const auto near = std::ranges::find_if(ratios, [&](double ratio) { return std::abs(ratio - *wanted) < 1e-9; });
    if (near != ratios.end())
        *near = *wanted;
    else
        ratios.insert(std::ranges::upper_bound(ratios, *wanted), *wanted);
    return ratios;
}

void judge(const BlockView& view, const ScaleSearchResult& found, const PlannedScaleSet& planned, ScaleChoice& choice) {
    ScaleSetResult& result = choice.result;
    result.losses = found.losses;
    result.measured = found.measured;
    if (found.best < 0) {
        result.fate = "identity";
        result.reason =
            planned.ratio ? "the chosen ratio gave outputs that are not finite" : "no candidate gave finite outputs";
        view.reporter.warn(result.reason + ": the linears of this scale set are rounded without scaling",
                           view.place() + ", " + result.producer, "use float32 or bfloat16 as compute dtype");
        return;
    }
    result.bestRatio = result.ratios[std::size_t(found.best)];
    result.bestLoss = found.losses[std::size_t(found.best)];
    result.channelScale = floatsOf(found.channelScale);
    result.fate = result.bestRatio > 0 ? "scaled" : "identity";
    if (result.bestRatio > 0)
        choice.channelScale = found.channelScale;
    else
        result.reason = "no scaling had the smallest error";
    if (planned.ratio)
        result.reason = planned.reason;
}

} // namespace

ScaleChoice searchScale(const BlockView& view, const ScaleSet& set, const CapturedBlock& captured,
                        const HiddenBatches& hidden) {
    ScaleChoice choice{describe(view, set), {}};
    const InputStatistics* statistics = captured.inputs.find(sourceOf(set));
    if (!settled(view, set, statistics, choice.result)) {
        const PlannedScaleSet& planned = plannedSet(view, set);
        const bool solves = view.plan.recipe.scaleSearch == "solved" && !planned.ratio;
        choice.result.ratios = solves ? solvedPowers() : candidateRatios(planned.ratio);
        choice.result.inputMean = floatsOf(statistics->meanMagnitude());
        Search search{view, set, *statistics, captured, hidden, choice.result.ratios, {}};
        for (const std::string& consumer : set.consumers)
            search.consumers.push_back({view.weightOf(consumer), view.formatOf(consumer)});
        judge(view, solves ? search.solved() : search.run(planned.ratio), planned, choice);
    }
    const ScaleSetResult& result = choice.result;
    const double identityLoss = result.losses.empty() ? 0.0 : result.losses.front();
    view.reporter.emit(
        ScaleSetDone{view.block, result.producer, result.bestRatio, result.bestLoss, identityLoss, result.fate});
    return choice;
}

ScaleChoice knownScale(const BlockView& view, const ScaleSetResult& known) {
    ScaleChoice choice{known, {}};
    if (known.fate == "scaled")
        choice.channelScale = at::tensor(known.channelScale).to(view.weights.tensors.begin()->second.device());
    const double identityLoss = known.losses.empty() ? 0.0 : known.losses.front();
    view.reporter.emit(
        ScaleSetDone{view.block, known.producer, known.bestRatio, known.bestLoss, identityLoss, known.fate});
    return choice;
}

ScaleChoice givenScale(const BlockView& view, const ScaleSet& set, const AwqResults& given, const ModelFolder& model) {
    ScaleChoice choice{describe(view, set), {}};
    ScaleSetResult& result = choice.result;
    const PlannedScaleSet& planned = plannedSet(view, set);
    if (planned.fate == "skipped") {
        result.fate = planned.fate;
        result.reason = planned.reason;
        view.reporter.emit(ScaleSetDone{view.block, result.producer, 0, 0, 0, result.fate});
        return choice;
    }
    result.fate = "skipped";
    result.reason = "the result file has no scale for it";
    const std::string first = model.blockTensor(view.block, set.consumers.front());
    const at::Tensor& weight = view.weightOf(set.consumers.front());
    for (const AwqScaleEntry& entry : given.scales) {
        if (entry.consumers.empty() || entry.consumers.front() != first)
            continue;
        if (std::int64_t(entry.values.size()) != weight.size(1))
            badInput("the result file has " + std::to_string(entry.values.size()) + " channel scales, the linear " +
                         std::to_string(weight.size(1)) + " inputs",
                     first, "use the result file of this very model");
        result.fate = "scaled";
        result.reason = "from the result file";
        result.channelScale = entry.values;
        choice.channelScale = at::tensor(entry.values).to(weight.device());
    }
    view.reporter.emit(ScaleSetDone{view.block, result.producer, 0, 0, 0, result.fate});
    return choice;
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Decides fates and runs the search with the cheapest exact measure of the loss.
#include "core/run/scale_choice_torch.h"

#include <memory>

#include "core/error.h"
#include "core/quant/search/scale_search_torch.h"
#include "core/run/module_error_torch.h"
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

std::unique_ptr<OutputError> errorMeasure(const BlockView& view, const ScaleSet& set, const InputStatistics& statistics,
                                          const HiddenBatches& hidden) {
    const bool single = set.inspected.kind == InspectedKind::linear && set.consumers.size() == 1 &&
                        set.inspected.name == set.consumers.front();
    if (single && statistics.gram().defined())
        return std::make_unique<GramError>(view.weightOf(set.consumers.front()), statistics.gram(),
                                           statistics.tokens());
    return std::make_unique<ModuleError>(view, set, set.consumers, hidden, view.batching);
}

ScaleSearchResult search(const BlockView& view, const ScaleSet& set, const InputStatistics& statistics,
                         const HiddenBatches& hidden, const std::vector<double>& ratios) {
    std::vector<SearchedWeight> consumers;
    for (const std::string& consumer : set.consumers)
        consumers.push_back({view.weightOf(consumer), view.formatOf(consumer)});
    const auto tried = [&](int index, int count, double ratio, double loss, double bestRatio) {
        view.reporter.emit(RatioTried{view.block, set.producer, index, count, ratio, loss, bestRatio});
        view.reporter.sampleMemory();
    };
    return searchChannelScale(consumers, statistics.meanMagnitude(), ratios,
                              *errorMeasure(view, set, statistics, hidden), tried, view.batching.workers(),
                              view.reporter.stop());
}

void judge(const BlockView& view, const ScaleSearchResult& found, ScaleChoice& choice) {
    ScaleSetResult& result = choice.result;
    result.losses = found.losses;
    if (found.best < 0) {
        result.fate = "identity";
        result.reason = "no candidate gave finite outputs";
        view.reporter.warn("no ratio of this scale set gave finite outputs: its linears are rounded without scaling",
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
}

} // namespace

ScaleChoice searchScale(const BlockView& view, const ScaleSet& set, const InputRecorder& inputs,
                        const HiddenBatches& hidden) {
    ScaleChoice choice{describe(view, set), {}};
    const InputStatistics* statistics = inputs.find(sourceOf(set));
    if (!settled(view, set, statistics, choice.result)) {
        choice.result.ratios = awqRatios();
        choice.result.inputMean = floatsOf(statistics->meanMagnitude());
        judge(view, search(view, set, *statistics, hidden, choice.result.ratios), choice);
    }
    const ScaleSetResult& result = choice.result;
    const double identityLoss = result.losses.empty() ? 0.0 : result.losses.front();
    view.reporter.emit(
        ScaleSetDone{view.block, result.producer, result.bestRatio, result.bestLoss, identityLoss, result.fate});
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

// SPDX-License-Identifier: GPL-3.0-or-later
// Losses accumulate batch by batch, all candidates of a set on one batch before the next: inputs are computed once per batch and
// memory holds one batch. Single linears need no batches: their loss follows exactly from the Gram matrix of their input.
#include "core/run/scale_stage_torch.h"

#include <cmath>
#include <limits>

#include "core/quant/search/scale_search_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

struct PendingSet {
    std::size_t index = 0; // into the choices
    const ScaleSet* set = nullptr;
    std::vector<std::string> rounded; // consumers that will be quantized
    std::vector<GroupFormat> formats;
    at::Tensor inputMean;
    std::vector<double> squares; // per ratio: sum of squared output differences so far
    std::int64_t outputs = 0;    // values summed
};

bool usesGram(const ScaleSet& set) {
    return set.inspected.kind == InspectedKind::linear && set.consumers.size() == 1 && set.inspected.name == set.consumers[0];
}

std::vector<at::Tensor> weightsOf(const BlockView& view, const std::vector<std::string>& linears) {
    std::vector<at::Tensor> weights;
    for (const std::string& linear : linears)
        weights.push_back(view.weights.at(linear + ".weight"));
    return weights;
}

// Keeps the first of equal losses; NaN never wins. False when no candidate was finite.
bool chooseBest(ScaleSetResult& result) {
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < result.losses.size(); ++i)
        if (result.losses[i] < best) {
            best = result.losses[i];
            result.bestRatio = result.ratios[i];
            result.bestLoss = best;
        }
    result.fate = result.bestRatio > 0 ? "scaled" : "identity";
    if (std::isinf(best))
        result.reason = "no candidate gave finite outputs";
    else if (result.bestRatio == 0)
        result.reason = "no scaling had the smallest error";
    return !std::isinf(best);
}

class SetSearch {
public:
    SetSearch(const BlockView& view, RunReporter& reporter) : m_view(view), m_reporter(reporter) {}

    void byGram(PendingSet& pending, const InputStatistics& statistics, ScaleSetResult& result) {
        const GramLoss gramLoss(statistics.gram, statistics.tokens);
        const std::vector<at::Tensor> weights = weightsOf(m_view, pending.rounded);
        const auto loss = [&](const std::vector<at::Tensor>& candidates) { return gramLoss(candidates[0] - weights[0]); };
        const auto tried = [&](int index, int count, double ratio, double value, double best) {
            m_reporter.emit(RatioTried{m_view.block, pending.set->producer, index, count, ratio, value, best});
        };
        result.losses =
            searchChannelScale(weights, pending.formats, pending.inputMean, result.ratios, loss, tried, m_reporter.stop()).losses;
    }

    // One batch: the module with every candidate against the float module. `input`: that of the inspected module.
    void addBatch(PendingSet& pending, const at::Tensor& input, const ScaleSetResult& result, const std::function<void()>& candidateDone) {
        const at::Tensor reference = run(pending, m_view.weights, input);
        const std::vector<at::Tensor> weights = weightsOf(m_view, pending.rounded);
        pending.outputs += reference.numel();
        double best = std::numeric_limits<double>::infinity();
        double bestRatio = 0;
        for (std::size_t i = 0; i < result.ratios.size(); ++i) {
            m_reporter.checkCancelled();
            const at::Tensor scale = channelScaleOf(pending.inputMean, result.ratios[i]);
            BlockWeights candidate = m_view.weights;
            for (std::size_t w = 0; w < weights.size(); ++w)
                candidate.tensors[pending.rounded[w] + ".weight"] = scaledRoundTrip(weights[w], scale, pending.formats[w]);
            const at::Tensor difference = (run(pending, candidate, input) - reference).to(at::kFloat);
            pending.squares[i] += at::dot(difference.flatten(), difference.flatten()).item<double>();
            const double loss = pending.squares[i] / double(pending.outputs); // over the batches so far
            if (loss < best) {
                best = loss;
                bestRatio = result.ratios[i];
            }
            m_reporter.emit(RatioTried{m_view.block, pending.set->producer, int(i), int(result.ratios.size()), result.ratios[i], loss, bestRatio});
            candidateDone();
        }
    }

private:
    at::Tensor run(const PendingSet& pending, const BlockWeights& weights, const at::Tensor& input) const {
        return runModule(m_view.spec, pending.set->inspected, weights, input, m_view.context);
    }

    const BlockView& m_view;
    RunReporter& m_reporter;
};

} // namespace

const PlannedLinear* BlockView::planned(const std::string& linear) const {
    const PlannedLinear* found = findLinear(plan, block, linear);
    return found && found->fate == "quantized" ? found : nullptr;
}

GroupFormat formatOf(const PlannedLinear& linear, const Recipe& recipe) { return {linear.bits, linear.groupSize, recipe.zeroPoint}; }

std::set<std::string> gramLinears(const BlockView& view) {
    std::set<std::string> linears;
    for (const ScaleSet& set : view.spec.scaleSets)
        if (set.use == ScaleSetUse::standard && usesGram(set) && view.weights.at(set.consumers[0] + ".weight").size(1) <= largestGram)
            linears.insert(set.consumers[0]);
    return linears;
}

// Settles what needs no search; else fills `pending` and returns true.
static bool prepare(const BlockView& view, const InputStatistics* statistics, PendingSet& pending, ScaleSetResult& result) {
    const ScaleSet& set = *pending.set;
    result.block = view.block;
    result.producer = set.producer;
    result.consumers = set.consumers;
    result.inspected = set.inspected.name;
    for (const std::string& consumer : set.consumers)
        if (const PlannedLinear* linear = view.planned(consumer)) {
            pending.rounded.push_back(consumer);
            pending.formats.push_back(formatOf(*linear, view.plan.recipe));
        }
    const auto settle = [&](const char* fate, std::string reason) {
        result.fate = fate;
        result.reason = std::move(reason);
        return false;
    };
    if (set.use == ScaleSetUse::skipped)
        return settle("skipped", set.reason);
    if (view.plan.recipe.scaleSearch == "none")
        return settle("identity", "the recipe asks for no scaling");
    if (pending.rounded.empty())
        return settle("skipped", "none of its linears is quantized");
    if (!statistics)
        return settle("skipped", "no calibration token reached it");
    result.ratios = awqRatios();
    pending.inputMean = statistics->mean();
    result.inputMean = floatsOf(pending.inputMean);
    pending.squares.assign(result.ratios.size(), 0.0);
    return true;
}

static void searchByBatches(const BlockView& view, std::vector<PendingSet>& sets, std::vector<ScaleChoice>& choices,
                            const HiddenBatches& hidden, SetSearch& search, RunReporter& reporter, const std::function<void(double)>& progress) {
    const double steps = double(sets.size() * hidden.size()) * double(awqRatios().size());
    double done = 0;
    for (const at::Tensor& batch : hidden) {
        InputRecorder capture({}, 1, std::numeric_limits<std::int64_t>::max());
        forwardBlock(view.spec, view.weights, batch, view.context, &capture);
        for (PendingSet& pending : sets) {
            at::Tensor input = batch;
            if (pending.set->inspected.kind != InspectedKind::block) {
                const auto found = capture.batchInputs().find(pending.set->inputOf);
                if (found == capture.batchInputs().end())
                    continue; // no token of this batch reached the expert
                input = found->second;
            }
            search.addBatch(pending, input, choices[pending.index].result, [&] { progress(++done / steps); });
        }
        reporter.sampleMemory();
    }
    for (PendingSet& pending : sets)
        for (double square : pending.squares) {
            const double loss = square / double(pending.outputs);
            choices[pending.index].result.losses.push_back(std::isfinite(loss) ? loss : std::numeric_limits<double>::quiet_NaN());
        }
}

std::vector<ScaleChoice> searchScales(const BlockView& view, const InputRecorder& inputs, const HiddenBatches& hidden,
                                      RunReporter& reporter, const std::function<void(double)>& progress) {
    std::vector<ScaleChoice> choices(view.spec.scaleSets.size());
    std::vector<PendingSet> byBatches;
    SetSearch search(view, reporter);
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const ScaleSet& set = view.spec.scaleSets[i];
        PendingSet pending{i, &set};
        const InputStatistics* statistics = inputs.find(set.consumers[0]);
        if (!prepare(view, statistics, pending, choices[i].result))
            continue;
        if (usesGram(set) && statistics->gram.defined())
            search.byGram(pending, *statistics, choices[i].result);
        else
            byBatches.push_back(std::move(pending));
    }
    if (!byBatches.empty())
        searchByBatches(view, byBatches, choices, hidden, search, reporter, progress);
    for (ScaleChoice& choice : choices) {
        ScaleSetResult& result = choice.result;
        if (!result.losses.empty() && !chooseBest(result))
            reporter.warn("no candidate of this scale set gave finite outputs; it is rounded without scaling",
                          "block " + std::to_string(view.block) + ", " + result.producer, "use float32 or bfloat16 as compute dtype");
        if (result.fate == "scaled") {
            const at::Device device = view.weights.at(result.consumers[0] + ".weight").device();
            choice.channelScale = channelScaleOf(at::tensor(result.inputMean).to(device), result.bestRatio);
            result.channelScale = floatsOf(choice.channelScale);
        }
        const double identityLoss = result.losses.empty() ? 0.0 : result.losses[0];
        reporter.emit(ScaleSetDone{view.block, result.producer, result.bestRatio, result.bestLoss, identityLoss, result.fate});
    }
    return choices;
}

} // namespace awq::core

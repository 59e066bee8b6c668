// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity of one model after another over the same text.
#include "core/tensor.h"

#include "core/run/evaluate_run.h"

#include "core/run/compute_place_torch.h"
#include "core/run/model_walk_torch.h"
#include "core/run/token_losses_torch.h"

namespace awq::core {
namespace {

class PerplexityJob {
public:
    PerplexityJob(const EvaluateRequest& request, RunReporter& reporter) : m_request(request), m_reporter(reporter) {}

    std::vector<PerplexityResult> run() {
        if (m_request.models.empty())
            throw Error(ErrorCode::usage, "no model was given", "", "name one or more model folders");
        std::vector<EvaluatedModel> models;
        for (std::size_t i = 0; i < m_request.models.size(); ++i)
            models.push_back({ModelFolder::open(m_request.models[i]), m_request.rtn.empty() ? RoundToNearest{} : m_request.rtn[i]});
        m_reporter.emit(Started{"perplexity", models[0].folder.path().string(), "", models[0].folder.blockCount(), 0});
        std::vector<PerplexityResult> results;
        for (std::size_t i = 0; i < models.size(); ++i) {
            m_reporter.phase(Phase::evaluating, -1, models[i].label());
            results.push_back(evaluate(models[i], double(i) / double(models.size()), 1.0 / double(models.size())));
            const PerplexityResult& result = results.back();
            m_reporter.emit(PerplexityDone{result.model.string(), result.perplexity, result.sigma, result.tokens, result.windows});
        }
        m_reporter.progress(1);
        m_reporter.emit(Finished{"", 0, 0, m_reporter.seconds()});
        return results;
    }

private:
    PerplexityResult evaluate(const EvaluatedModel& model, double from, double share) {
        const ModelFolder& folder = model.folder;
        const ComputePlace place =
            choosePlace(m_request.compute.device, m_request.compute.dtype, m_request.compute.threads, folder.dtype());
        m_reporter.watchMemory(deviceName(place));
        const WindowedIds windows = makeWindows(m_request.text, folder.path(), folder.spec().embedding.vocabulary);
        const at::Tensor ids = at::tensor(windows.ids).view({windows.windows, windows.length}).to(at::kLong);
        std::vector<double> sums;
        std::vector<std::int64_t> counts;
        const std::int64_t together = windowsAtOnce(folder, windows.length, place);
        const BlockWeights head = loadHead(folder, place);
        for (std::int64_t first = 0; first < windows.windows; first += together) {
            const std::int64_t count = std::min(together, windows.windows - first);
            const auto progress = [&](double done) {
                m_reporter.progress(from + share * (double(first) + done * double(count)) / double(windows.windows));
            };
            std::int64_t window = first;
            for (const at::Tensor& batch : finalStates(model, ids.narrow(0, first, count), place, m_reporter, progress))
                for (const at::Tensor& states : batch.unbind(0)) {
                    m_reporter.checkCancelled();
                    const ScoredWindow scored = scoredPart(states, ids[window].to(place.device), windows.scoredFrom[std::size_t(window)]);
                    sums.push_back(sumOfLosses(folder.spec(), head, scored));
                    counts.push_back(scored.targets.size(0));
                    ++window;
                }
        }
        PerplexityResult result;
        result.model = folder.path();
        result.label = model.label();
        summarize(sums, counts, result);
        return result;
    }

    static double sumOfLosses(const DecoderSpec& spec, const BlockWeights& head, const ScoredWindow& scored) {
        const std::int64_t slice = tokensPerSlice(spec.embedding.vocabulary);
        double sum = 0;
        for (std::int64_t first = 0; first < scored.targets.size(0); first += slice) {
            const at::Tensor targets = scored.targets.slice(0, first, first + slice);
            const at::Tensor logs = logProbabilities(spec, head, scored.states.slice(0, first, first + slice));
            sum -= logs.gather(1, targets.unsqueeze(1)).sum(at::kDouble).item<double>();
        }
        return sum;
    }

    const EvaluateRequest& m_request;
    RunReporter& m_reporter;
};

} // namespace

Outcome<std::vector<PerplexityResult>> runPerplexity(const EvaluateRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {PerplexityJob(request, reporter).run(), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(request.compute.device);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity of one model after another over the same text.
#include "core/tensor.h"

#include "core/run/evaluate_run.h"

#include "core/run/compute_place_torch.h"
#include "core/run/evaluation_setup_torch.h"
#include "core/run/fingerprint.h"
#include "core/run/tensor_values_torch.h"
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
            models.push_back(
                {ModelFolder::open(m_request.models[i]), m_request.rtn.empty() ? RoundToNearest{} : m_request.rtn[i]});
        m_reporter.emit(Started{"perplexity", models[0].folder.path().string(), "", models[0].folder.blockCount(), 0});
        std::vector<PerplexityResult> results;
        for (std::size_t i = 0; i < models.size(); ++i) {
            m_reporter.phase(Phase::evaluating, -1, models[i].label());
            results.push_back(evaluate(models[i], i, models.size()));
            const PerplexityResult& result = results.back();
            m_reporter.emit(
                PerplexityDone{result.model.string(), result.perplexity, result.sigma, result.tokens, result.windows});
        }
        for (std::size_t i = 0; i < models.size(); ++i)
            ScoreFile(scoresOf(i), {}).remove();
        m_reporter.progress(1);
        m_reporter.emit(Finished{"", 0, 0, m_reporter.seconds()});
        return results;
    }

private:
    std::filesystem::path scoresOf(std::size_t model) const {
        std::filesystem::path file = m_request.scores;
        return file.empty() ? file : file.replace_extension(std::to_string(model) + ".safetensors");
    }

    PerplexityResult evaluate(const EvaluatedModel& model, std::size_t index, std::size_t models) {
        const ModelFolder& folder = model.folder;
        const ComputePlace place =
            choosePlace(m_request.compute.device, m_request.compute.dtype, m_request.compute.threads, folder.dtype());
        m_reporter.watchMemory({deviceName(place)});
        const double start = m_reporter.seconds();
        const TextWindows text = fitted(m_request.text, folder, m_reporter);
        const WindowedIds windows = makeWindows(text, folder.path(), folder.spec().embedding.vocabulary);
        PerplexityResult result;
        result.model = folder.path();
        result.label = model.label();
        result.modelHash = modelHash(folder);
        result.facts = factsOf(text, windows, place);
        result.documentTitles = windows.documentTitles;
        const ScoreFile file(scoresOf(index), identityOf({&model}, windows, result.facts));
        PredictionScores scores = keptScores(file, windows, m_request.resume);
        const std::int64_t together = windowsPerPass(windowsAtOnce(folder, windows.length, place), windows, file);
        while (scores.windows < windows.windows) {
            const std::int64_t count = std::min(together, windows.windows - scores.windows);
            const auto progress = [&, done = scores.windows](double share) {
                m_reporter.progress((double(index) + (double(done) + share * double(count)) / double(windows.windows)) /
                                    double(models));
            };
            scorePass(model, windows, count, place, scores, progress);
            file.save(scores);
        }
        summarize(windows, scores.nll, result);
        result.facts.seconds = m_reporter.seconds() - start;
        return result;
    }

    // The next `count` windows.
    void scorePass(const EvaluatedModel& model, const WindowedIds& windows, std::int64_t count,
                   const ComputePlace& place, PredictionScores& scores, const std::function<void(double)>& progress) {
        const at::Tensor ids = idTensor(windows).narrow(0, scores.windows, count);
        const BlockWeights head = loadHead(model.folder, place);
        std::int64_t row = 0;
        for (const at::Tensor& batch : finalStates(model, ids, place, m_reporter, progress))
            for (const at::Tensor& states : batch.unbind(0)) {
                m_reporter.checkCancelled();
                const std::int64_t from = windows.scoredFrom[std::size_t(scores.windows)];
                addLosses(model.folder.spec(), head, scoredPart(states, ids[row++].to(place.device), from), scores.nll);
                ++scores.windows;
            }
    }

    static void addLosses(const DecoderSpec& spec, const BlockWeights& head, const ScoredWindow& scored,
                          std::vector<float>& losses) {
        const std::int64_t slice = tokensPerSlice(spec.embedding.vocabulary);
        for (std::int64_t first = 0; first < scored.targets.size(0); first += slice) {
            const at::Tensor targets = scored.targets.slice(0, first, first + slice);
            const at::Tensor logs = logProbabilities(spec, head, scored.states.slice(0, first, first + slice));
            const std::vector<float> values = floatsOf(logs.gather(1, targets.unsqueeze(1)).squeeze(1).neg());
            losses.insert(losses.end(), values.begin(), values.end());
        }
    }

    const EvaluateRequest& m_request;
    RunReporter& m_reporter;
};

} // namespace

Outcome<std::vector<PerplexityResult>> runPerplexity(const EvaluateRequest& request, EventSink& sink,
                                                     std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {PerplexityJob(request, reporter).run(), std::nullopt};
    } catch (...) {
        const Error error = resumable(errorFromCurrentException(request.compute.device), request.scores);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core

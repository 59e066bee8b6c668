// SPDX-License-Identifier: GPL-3.0-or-later
// Two models over the same windows: paired perplexities, Kullback-Leibler divergence, agreement of the most likely token.
#include "core/tensor.h"

#include <algorithm>

#include "core/run/compute_place_torch.h"
#include "core/run/evaluation_setup_torch.h"
#include "core/run/fingerprint.h"
#include "core/run/token_losses_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

class CompareJob {
public:
    CompareJob(const CompareRequest& request, RunReporter& reporter)
        : m_request(request), m_reporter(reporter), m_a{ModelFolder::open(request.a), request.rtnA}, m_b{ModelFolder::open(request.b), request.rtnB},
          m_place(choosePlace(request.compute.device, request.compute.dtype, request.compute.threads, m_a.folder.dtype())) {
        const std::int64_t a = m_a.folder.spec().embedding.vocabulary, b = m_b.folder.spec().embedding.vocabulary;
        if (a != b)
            badInput("the models have vocabularies of " + std::to_string(a) + " and " + std::to_string(b) + " tokens", request.b.string(),
                     "compare a model with its own quantized form, or with one of the same tokenizer");
    }

    CompareResult run() {
        m_reporter.watchMemory({deviceName(m_place)});
        m_reporter.emit(Started{"compare", m_a.folder.path().string(), "", m_a.folder.blockCount(), 0});
        const TextWindows text = fitted(m_request.text, m_a.folder, m_reporter);
        m_windows = makeWindows(text, m_a.folder.path(), m_a.folder.spec().embedding.vocabulary);
        m_facts = factsOf(text, m_windows, m_place);
        m_headA = loadHead(m_a.folder, m_place);
        m_headB = loadHead(m_b.folder, m_place);
        const ScoreFile file(m_request.scores, identityOf({&m_a, &m_b}, m_windows, m_facts));
        m_scores = keptScores(file, m_windows, m_request.resume);
        const std::int64_t together = windowsPerPass(
            std::max<std::int64_t>(1, windowsAtOnce(m_a.folder, m_windows.length, m_place) / 2), m_windows, file);
        while (m_scores.windows < m_windows.windows) {
            scorePass(std::min(together, m_windows.windows - m_scores.windows));
            file.save(m_scores);
        }
        CompareResult result = finish();
        file.remove();
        m_reporter.progress(1);
        m_reporter.emit(Finished{"", 0, 0, m_reporter.seconds()});
        return result;
    }

private:
    // The next `count` windows through one model, then through the other.
    void scorePass(std::int64_t count) {
        const std::int64_t done = m_scores.windows;
        const at::Tensor ids = idTensor(m_windows).narrow(0, done, count);
        const auto progress = [&](int model) {
            return [=, this](double share) {
                m_reporter.progress((double(done) + double(count) * (model + share) / 2) / double(m_windows.windows));
            };
        };
        m_reporter.phase(Phase::evaluating, -1, m_a.label());
        const std::vector<at::Tensor> a = finalStates(m_a, ids, m_place, m_reporter, progress(0));
        m_reporter.phase(Phase::evaluating, -1, m_b.label());
        const std::vector<at::Tensor> b = finalStates(m_b, ids, m_place, m_reporter, progress(1));
        std::int64_t row = 0;
        for (std::size_t batch = 0; batch < a.size(); ++batch)
            for (std::int64_t i = 0; i < a[batch].size(0); ++i, ++m_scores.windows) {
                const std::int64_t from = m_windows.scoredFrom[std::size_t(m_scores.windows)];
                const at::Tensor windowIds = ids[row++].to(m_place.device);
                addWindow(scoredPart(a[batch][i], windowIds, from), scoredPart(b[batch][i], windowIds, from));
            }
    }

    void addWindow(const ScoredWindow& a, const ScoredWindow& b) {
        m_reporter.checkCancelled();
        const std::int64_t slice = tokensPerSlice(m_a.folder.spec().embedding.vocabulary);
        for (std::int64_t first = 0; first < a.targets.size(0); first += slice) {
            const at::Tensor targets = a.targets.slice(0, first, first + slice).unsqueeze(1);
            const at::Tensor logsA = logProbabilities(m_a.folder.spec(), m_headA, a.states.slice(0, first, first + slice));
            const at::Tensor logsB = logProbabilities(m_b.folder.spec(), m_headB, b.states.slice(0, first, first + slice));
            append(m_scores.nll, logsA.gather(1, targets).squeeze(1).neg());
            append(m_scores.nllB, logsB.gather(1, targets).squeeze(1).neg());
            append(m_scores.divergence, (logsA.exp() * (logsA - logsB)).sum(1).clamp_min(0));
            append(m_scores.agree, logsA.argmax(1).eq(logsB.argmax(1)).to(at::kFloat));
        }
    }

    static void append(std::vector<float>& values, const at::Tensor& next) {
        const std::vector<float> fresh = floatsOf(next);
        values.insert(values.end(), fresh.begin(), fresh.end());
    }

    CompareResult finish() {
        CompareResult result;
        m_facts.seconds = m_reporter.seconds();
        describe(m_a, m_scores.nll, result.a);
        describe(m_b, m_scores.nllB, result.b);
        result.tokens = result.a.tokens;
        result.delta = result.b.perplexity - result.a.perplexity;
        // First order: perplexities times paired NLL errors, window by window.
        std::vector<double> differences;
        for (std::size_t i = 0; i < result.a.windowNll.size(); ++i)
            differences.push_back(result.b.perplexity * result.b.windowNll[i] - result.a.perplexity * result.a.windowNll[i]);
        result.deltaSigma = standardError(differences);
        const auto parts = [&](const std::vector<std::int64_t>& keys) {
            return divergenceParts(keys, m_scores.divergence, m_scores.agree);
        };
        result.positions = parts(positionsOf(m_windows));
        result.documents = parts(documentsOf(m_windows));
        for (const LossPart& window : lossParts(windowsOf(m_windows), m_scores.divergence))
            result.windowKl.push_back(window.nll);
        const std::vector<std::int64_t> together(m_scores.divergence.size(), 0);
        const DivergencePart all = parts(together).front();
        result.kl = all.kl;
        result.top1Agreement = all.top1Agreement;
        return result;
    }

    void describe(const EvaluatedModel& model, const std::vector<float>& nll, PerplexityResult& result) {
        result.model = model.folder.path();
        result.label = model.label();
        result.modelHash = modelHash(model.folder);
        result.facts = m_facts;
        result.documentTitles = m_windows.documentTitles;
        summarize(m_windows, nll, result);
        m_reporter.emit(PerplexityDone{result.model.string(), result.perplexity, result.sigma, result.tokens, result.windows});
    }

    const CompareRequest& m_request;
    RunReporter& m_reporter;
    EvaluatedModel m_a, m_b;
    ComputePlace m_place;
    BlockWeights m_headA, m_headB;
    WindowedIds m_windows;
    EvaluationFacts m_facts;
    PredictionScores m_scores;
};

} // namespace

Outcome<CompareResult> runCompare(const CompareRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {CompareJob(request, reporter).run(), std::nullopt};
    } catch (...) {
        const Error error = resumable(errorFromCurrentException(request.compute.device), request.scores);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core

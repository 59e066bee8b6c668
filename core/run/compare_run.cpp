// SPDX-License-Identifier: GPL-3.0-or-later
// Two models over the same windows: paired perplexities, Kullback-Leibler divergence, agreement of the most likely token.
#include "core/tensor.h"

#include <algorithm>
#include <cmath>

#include "core/run/compute_place_torch.h"
#include "core/run/evaluate_run.h"
#include "core/run/model_walk_torch.h"
#include "core/run/token_losses_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

// Nearest rank.
double percentile(const std::vector<float>& sorted, double share) {
    const auto index = std::size_t(std::ceil(share * double(sorted.size())));
    return sorted[std::clamp<std::size_t>(index, 1, sorted.size()) - 1];
}

class CompareJob {
public:
    CompareJob(const CompareRequest& request, RunReporter& reporter)
        : m_request(request), m_reporter(reporter), m_a{ModelFolder::open(request.a), {}}, m_b{ModelFolder::open(request.b), {}},
          m_place(choosePlace(request.compute.device, request.compute.dtype, request.compute.threads, m_a.folder.dtype())) {
        const std::int64_t a = m_a.folder.spec().embedding.vocabulary, b = m_b.folder.spec().embedding.vocabulary;
        if (a != b)
            badInput("the models have vocabularies of " + std::to_string(a) + " and " + std::to_string(b) + " tokens", request.b.string(),
                     "compare a model with its own quantized form, or with one of the same tokenizer");
    }

    CompareResult run() {
        m_reporter.watchMemory(deviceName(m_place));
        m_reporter.emit(Started{"compare", m_a.folder.path().string(), "", m_a.folder.blockCount(), 0});
        const DecoderSpec& spec = m_a.folder.spec();
        const WindowedIds windows = makeWindows(m_request.text, m_a.folder.path(), spec.embedding.vocabulary);
        const at::Tensor ids = at::tensor(windows.ids).view({windows.windows, windows.length}).to(at::kLong);
        m_headA = loadHead(m_a.folder, m_place);
        m_headB = loadHead(m_b.folder, m_place);
        const std::int64_t together = std::max<std::int64_t>(1, windowsAtOnce(m_a.folder, windows.length, m_place) / 2);
        for (std::int64_t first = 0; first < windows.windows; first += together) {
            const std::int64_t count = std::min(together, windows.windows - first);
            const at::Tensor part = ids.narrow(0, first, count);
            const auto progress = [&](int model) {
                return [=, this, &windows](double done) {
                    m_reporter.progress((double(first) + double(count) * (model + done) / 2) / double(windows.windows));
                };
            };
            m_reporter.phase(Phase::evaluating, -1, m_a.label());
            const std::vector<at::Tensor> a = finalStates(m_a, part, m_place, m_reporter, progress(0));
            m_reporter.phase(Phase::evaluating, -1, m_b.label());
            const std::vector<at::Tensor> b = finalStates(m_b, part, m_place, m_reporter, progress(1));
            std::int64_t window = first;
            for (std::size_t batch = 0; batch < a.size(); ++batch)
                for (std::int64_t i = 0; i < a[batch].size(0); ++i, ++window) {
                    const std::int64_t from = windows.scoredFrom[std::size_t(window)];
                    const at::Tensor windowIds = ids[window].to(m_place.device);
                    addWindow(scoredPart(a[batch][i], windowIds, from), scoredPart(b[batch][i], windowIds, from));
                }
        }
        return finish();
    }

private:
    void addWindow(const ScoredWindow& a, const ScoredWindow& b) {
        m_reporter.checkCancelled();
        const std::int64_t slice = tokensPerSlice(m_a.folder.spec().embedding.vocabulary);
        double sumA = 0, sumB = 0;
        for (std::int64_t first = 0; first < a.targets.size(0); first += slice) {
            const at::Tensor targets = a.targets.slice(0, first, first + slice).unsqueeze(1);
            const at::Tensor logsA = logProbabilities(m_a.folder.spec(), m_headA, a.states.slice(0, first, first + slice));
            const at::Tensor logsB = logProbabilities(m_b.folder.spec(), m_headB, b.states.slice(0, first, first + slice));
            sumA -= logsA.gather(1, targets).sum(at::kDouble).item<double>();
            sumB -= logsB.gather(1, targets).sum(at::kDouble).item<double>();
            const std::vector<float> divergences = floatsOf((logsA.exp() * (logsA - logsB)).sum(1).clamp_min(0));
            m_divergences.insert(m_divergences.end(), divergences.begin(), divergences.end());
            m_agreements += logsA.argmax(1).eq(logsB.argmax(1)).sum().item<std::int64_t>();
        }
        m_sumsA.push_back(sumA);
        m_sumsB.push_back(sumB);
        m_counts.push_back(a.targets.size(0));
    }

    CompareResult finish() {
        CompareResult result;
        result.a.model = m_a.folder.path();
        result.a.label = m_a.label();
        result.b.model = m_b.folder.path();
        result.b.label = m_b.label();
        summarize(m_sumsA, m_counts, result.a);
        summarize(m_sumsB, m_counts, result.b);
        result.tokens = result.a.tokens;
        result.delta = result.b.perplexity - result.a.perplexity;
        // First order: perplexities times paired NLL errors, window by window.
        std::vector<double> differences;
        for (std::size_t i = 0; i < m_counts.size(); ++i)
            differences.push_back(result.b.perplexity * result.b.windowNll[i] - result.a.perplexity * result.a.windowNll[i]);
        result.deltaSigma = standardError(differences);
        std::sort(m_divergences.begin(), m_divergences.end());
        double sum = 0;
        for (float value : m_divergences)
            sum += value;
        result.kl = {sum / double(m_divergences.size()), percentile(m_divergences, 0.5), percentile(m_divergences, 0.9),
                     percentile(m_divergences, 0.99), percentile(m_divergences, 0.999), m_divergences.back()};
        result.top1Agreement = double(m_agreements) / double(result.tokens);
        for (const PerplexityResult* one : {&result.a, &result.b})
            m_reporter.emit(PerplexityDone{one->model.string(), one->perplexity, one->sigma, one->tokens, one->windows});
        m_reporter.progress(1);
        m_reporter.emit(Finished{"", 0, 0, m_reporter.seconds()});
        return result;
    }

    const CompareRequest& m_request;
    RunReporter& m_reporter;
    EvaluatedModel m_a, m_b;
    ComputePlace m_place;
    BlockWeights m_headA, m_headB;
    std::vector<double> m_sumsA, m_sumsB;
    std::vector<std::int64_t> m_counts;
    std::vector<float> m_divergences;
    std::int64_t m_agreements = 0;
};

} // namespace

Outcome<CompareResult> runCompare(const CompareRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {CompareJob(request, reporter).run(), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(request.compute.device);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core

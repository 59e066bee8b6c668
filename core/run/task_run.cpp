// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts of similar length share a pass, filled up behind their end: with causal attention no token sees what follows
// it, so the filling changes nothing.
#include "core/tensor.h"

#include "core/run/task_run.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/run/compute_place_torch.h"
#include "core/run/model_walk_torch.h"
#include "core/run/prediction_scores.h"
#include "core/run/task_prompts.h"
#include "core/run/token_losses_torch.h"

namespace awq::core {
namespace {

constexpr std::int64_t lengthStep = 64; // prompts are filled up to a multiple of this

struct Score {
    double logLikelihood = 0;
    bool greedy = false;
};

std::string fewShotText(const TaskFile& file, std::size_t question, std::int64_t shots) {
    std::string text;
    for (std::size_t i = 0; i < file.questions.size() && shots > 0; ++i) {
        if (i == question)
            continue;
        text += solved(file.questions[i]);
        --shots;
    }
    return text;
}

// The likeliest, the first of equals.
int bestOf(const std::vector<double>& values) {
    return int(std::ranges::max_element(values) - values.begin());
}

TaskAnswer answerOf(const TaskQuestion& question, const Score* scores) {
    TaskAnswer answer;
    answer.answer = question.answer;
    std::vector<double> byLength;
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        answer.logLikelihoods.push_back(scores[i].logLikelihood);
        byLength.push_back(scores[i].logLikelihood /
                           double(std::max<std::size_t>(1, question.choices[i].characters())));
    }
    answer.chosen = bestOf(answer.logLikelihoods);
    answer.chosenByLength = bestOf(byLength);
    answer.greedy = scores[question.answer].greedy;
    const bool cloze = question.choices.size() == 1;
    answer.right = cloze ? answer.greedy : answer.chosen == answer.answer;
    answer.rightByLength = cloze ? answer.greedy : answer.chosenByLength == answer.answer;
    return answer;
}

void addUp(TaskResult& result) {
    std::vector<double> right, byLength;
    double sum = 0;
    bool cloze = true;
    for (const TaskAnswer& answer : result.answers) {
        right.push_back(answer.right);
        byLength.push_back(answer.rightByLength);
        sum += answer.logLikelihoods[std::size_t(answer.answer)];
        cloze = cloze && answer.logLikelihoods.size() == 1;
    }
    const double count = double(result.answers.size());
    result.accuracy = std::accumulate(right.begin(), right.end(), 0.0) / count;
    result.lengthAccuracy = std::accumulate(byLength.begin(), byLength.end(), 0.0) / count;
    result.accuracySigma = standardError(right);
    result.lengthAccuracySigma = standardError(byLength);
    if (cloze)
        result.perplexity = std::exp(-sum / count);
}

class TaskJob {
public:
    TaskJob(const TaskRequest& request, RunReporter& reporter) : m_request(request), m_reporter(reporter) {}

    std::vector<TaskResult> run() {
        if (m_request.models.empty() || m_request.tasks.empty())
            throw Error(ErrorCode::usage, "no model or no task was given", "", "name a model folder and task files");
        for (const std::filesystem::path& file : m_request.tasks) {
            m_files.push_back(readTaskFile(file));
            std::vector<TaskQuestion>& questions = m_files.back().questions;
            if (m_request.limit > 0 && std::int64_t(questions.size()) > m_request.limit)
                questions.resize(std::size_t(m_request.limit));
        }
        std::vector<TaskResult> results;
        for (const std::filesystem::path& model : m_request.models)
            evaluate(model, results);
        m_reporter.progress(1);
        m_reporter.emit(Finished{"", 0, 0, m_reporter.seconds()});
        return results;
    }

private:
    void evaluate(const std::filesystem::path& path, std::vector<TaskResult>& results) {
        const EvaluatedModel model{ModelFolder::open(path), {}};
        const ComputePlace place = choosePlace(m_request.compute.device, m_request.compute.dtype,
                                               m_request.compute.threads, model.folder.dtype());
        const std::unique_ptr<const Tokenizer> tokenizer = loadTokenizer(path);
        checkFits(*tokenizer, model.folder.spec().embedding.vocabulary);
        m_reporter.watchMemory({deviceName(place)});
        if (results.empty())
            m_reporter.emit(Started{"evaluate", path.string(), "", model.folder.blockCount(), 0});
        for (std::size_t i = 0; i < m_files.size(); ++i) {
            m_reporter.phase(Phase::evaluating, -1, model.label() + ", " + m_files[i].name);
            TaskResult result{path,           m_request.tasks[i], model.label(), m_files[i].name, m_files[i].kind,
                              m_request.shots};
            std::vector<TaskPrompt> prompts = promptsOf(m_files[i], *tokenizer, model.folder, result.truncated);
            const std::vector<Score> scores = score(prompts, model, place);
            std::size_t first = 0;
            for (const TaskQuestion& question : m_files[i].questions) {
                result.answers.push_back(answerOf(question, &scores[first]));
                first += question.choices.size();
            }
            addUp(result);
            results.push_back(std::move(result));
            m_reporter.progress(double(results.size()) / double(m_files.size() * m_request.models.size()));
        }
    }

    std::vector<TaskPrompt> promptsOf(const TaskFile& file, const Tokenizer& tokenizer, const ModelFolder& model,
                                      std::int64_t& truncated) const {
        std::vector<TaskPrompt> prompts;
        for (std::size_t i = 0; i < file.questions.size(); ++i) {
            m_reporter.checkCancelled();
            const std::string before = fewShotText(file, i, m_request.shots);
            for (const TaskChoice& choice : file.questions[i].choices) {
                prompts.push_back(promptOf(tokenizer, before + choice.context, choice.continuation,
                                           m_request.specialTokens, model.spec().maximumPositions));
                checkIds(prompts.back().ids, model.spec().embedding.vocabulary, file.name);
                truncated += prompts.back().truncated;
            }
        }
        return prompts;
    }

    // Shortest first, in passes of prompts that are filled up to the same length.
    std::vector<Score> score(const std::vector<TaskPrompt>& prompts, const EvaluatedModel& model,
                             const ComputePlace& place) const {
        std::vector<std::size_t> order(prompts.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return prompts[i].ids.size(); });
        const BlockWeights head = loadHead(model.folder, place);
        std::vector<Score> scores(prompts.size());
        for (std::size_t first = 0; first < order.size();) {
            const std::int64_t length = filledLength(prompts[order[first]], model.folder);
            const std::int64_t most = windowsAtOnce(model.folder, length, place);
            std::size_t end = first;
            while (end < order.size() && std::int64_t(end - first) < most &&
                   filledLength(prompts[order[end]], model.folder) == length)
                ++end;
            scoreAlike({order.data() + first, end - first}, length, prompts, model, place, head, scores);
            first = end;
        }
        return scores;
    }

    // The last token is only predicted, never read.
    static std::int64_t filledLength(const TaskPrompt& prompt, const ModelFolder& model) {
        const std::int64_t tokens = std::int64_t(prompt.ids.size()) - 1;
        const std::int64_t filled = (tokens + lengthStep - 1) / lengthStep * lengthStep;
        return std::max(tokens, std::min(filled, model.spec().maximumPositions));
    }

    void scoreAlike(std::span<const std::size_t> which, std::int64_t length, const std::vector<TaskPrompt>& prompts,
                    const EvaluatedModel& model, const ComputePlace& place, const BlockWeights& head,
                    std::vector<Score>& scores) const {
        at::Tensor ids = at::zeros({std::int64_t(which.size()), length}, at::kLong);
        for (std::size_t i = 0; i < which.size(); ++i) {
            const std::vector<std::int32_t>& prompt = prompts[which[i]].ids;
            const std::int64_t read = std::int64_t(prompt.size()) - 1;
            ids[std::int64_t(i)].slice(0, 0, read).copy_(at::tensor(prompt).slice(0, 0, read));
        }
        std::size_t next = 0;
        for (const at::Tensor& batch : finalStates(model, ids, place, m_reporter, [](double) {}))
            for (const at::Tensor& states : batch.unbind(0)) {
                m_reporter.checkCancelled();
                const std::size_t index = which[next++];
                scores[index] = scoreOf(model.folder.spec(), head, states, prompts[index]);
            }
    }

    static Score scoreOf(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& states,
                         const TaskPrompt& prompt) {
        const std::int64_t end = std::int64_t(prompt.ids.size());
        const at::Tensor targets =
            at::tensor(prompt.ids).slice(0, prompt.scoredFrom, end).to(states.device(), at::kLong);
        const at::Tensor logs = logProbabilities(spec, head, states.slice(0, prompt.scoredFrom - 1, end - 1));
        Score score;
        score.logLikelihood = logs.gather(1, targets.unsqueeze(1)).sum(at::kDouble).item<double>();
        score.greedy = logs.argmax(1).eq(targets).all().item<bool>();
        return score;
    }

    const TaskRequest& m_request;
    RunReporter& m_reporter;
    std::vector<TaskFile> m_files;
};

} // namespace

Outcome<std::vector<TaskResult>> runTasks(const TaskRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {TaskJob(request, reporter).run(), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(request.compute.device);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core

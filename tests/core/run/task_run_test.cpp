// SPDX-License-Identifier: GPL-3.0-or-later
// Tasks through a model: log-likelihoods against logits computed prompt by prompt, scores, few-shot prompts, errors.
#include <QtTest>

#include <cmath>

#include "core/run/task_prompts.h"
#include "core/run/task_run.h"
#include "tests/support/expect_error.h"
#include "tests/support/shared_data.h"
#include "tests/support/tiny_model.h"
#include "tests/support/torch/decoder_probe.h"

using namespace awq;
namespace fs = std::filesystem;

namespace {

class Silent : public core::EventSink {
public:
    void receive(const core::Event&) override {}
};

// Sum of log-softmax over the scored tokens, in double, of the prompt alone.
double plainLogLikelihood(const fs::path& model, const core::TaskPrompt& prompt) {
    const std::vector<std::int64_t> ids(prompt.ids.begin(), prompt.ids.end());
    const std::int64_t length = std::int64_t(ids.size());
    const std::vector<float> logits = test::computeLogits(model, {1, length, ids});
    const std::size_t vocabulary = logits.size() / ids.size();
    double sum = 0;
    for (std::int64_t at = prompt.scoredFrom; at < length; ++at) {
        const float* row = &logits[std::size_t(at - 1) * vocabulary];
        double total = 0;
        for (std::size_t i = 0; i < vocabulary; ++i)
            total += std::exp(double(row[i]));
        sum += double(row[ids[std::size_t(at)]]) - std::log(total);
    }
    return sum;
}

} // namespace

class TaskRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_model;
    static fs::path task(const std::string& name) { return test::sourceDir() / "tests/data/tasks" / (name + ".jsonl"); }

    std::vector<core::TaskResult> run(core::TaskRequest request) const {
        Silent sink;
        request.models = {m_model};
        request.compute = {"cpu", "float32", 1};
        auto outcome = core::runTasks(request, sink, {});
        if (outcome.error)
            throw *outcome.error;
        return *outcome.result;
    }

private slots:
    void initTestCase() { m_model = test::writeTinyModel(fs::path(m_dir.path().toStdString()) / "model"); }

    void logLikelihoodsAreThoseOfThePromptAlone_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"hellaswag", "piqa", "winogrande", "arc", "mmlu", "boolq", "lambada"})
            QTest::newRow(kind) << kind;
    }

    void logLikelihoodsAreThoseOfThePromptAlone() {
        QFETCH(QString, kind);
        const fs::path file = task(kind.toStdString());
        const core::TaskFile questions = core::readTaskFile(file);
        const auto tokenizer = core::loadTokenizer(m_model);
        core::TaskRequest request;
        request.tasks = {file};
        const core::TaskResult result = run(request).at(0);
        QCOMPARE(QString::fromStdString(result.kind), kind);
        QCOMPARE(result.answers.size(), questions.questions.size());
        for (std::size_t i = 0; i < result.answers.size(); ++i)
            for (std::size_t choice = 0; choice < result.answers[i].logLikelihoods.size(); ++choice) {
                const core::TaskChoice& asked = questions.questions[i].choices[choice];
                const double plain = plainLogLikelihood(
                    m_model, core::promptOf(*tokenizer, asked.context, asked.continuation, false, 512));
                QVERIFY2(std::abs(result.answers[i].logLikelihoods[choice] - plain) < 1e-3,
                         qPrintable(QString("%1 %2").arg(result.answers[i].logLikelihoods[choice]).arg(plain)));
            }
    }

    void scoresFollowFromTheLogLikelihoods() {
        core::TaskRequest request;
        request.tasks = {task("hellaswag"), task("lambada")};
        const std::vector<core::TaskResult> results = run(request);
        QCOMPARE(results.size(), std::size_t(2));
        const core::TaskResult& choices = results[0];
        double right = 0;
        for (const core::TaskAnswer& answer : choices.answers) {
            const auto best = std::max_element(answer.logLikelihoods.begin(), answer.logLikelihoods.end());
            right += int(best - answer.logLikelihoods.begin()) == answer.answer;
        }
        const double share = right / 3;
        QCOMPARE(choices.accuracy, share);
        QCOMPARE(choices.accuracySigma, std::sqrt(share * (1 - share) / 2)); // of 3 values: n - 1 = 2
        const core::TaskResult& cloze = results[1];
        const double sum = cloze.answers[0].logLikelihoods[0] + cloze.answers[1].logLikelihoods[0];
        QCOMPARE(cloze.perplexity, std::exp(-sum / 2));
        QCOMPARE(choices.perplexity, 0.0);
    }

    void shotsComeBeforeTheQuestion() {
        core::TaskRequest request;
        request.tasks = {task("piqa")};
        request.shots = 1;
        const core::TaskResult result = run(request).at(0);
        const core::TaskFile questions = core::readTaskFile(task("piqa"));
        const auto tokenizer = core::loadTokenizer(m_model);
        const core::TaskChoice& asked = questions.questions[1].choices[0];
        const std::string before = "Question: Keep bread fresh for a day.\nAnswer: Wrap it in a cloth.\n\n";
        const double plain = plainLogLikelihood(
            m_model, core::promptOf(*tokenizer, before + asked.context, asked.continuation, false, 512));
        QVERIFY(std::abs(result.answers[1].logLikelihoods[0] - plain) < 1e-3);
    }

    void longPromptsLoseTheirBeginning() {
        const auto tokenizer = core::loadTokenizer(m_model);
        const core::TaskPrompt whole = core::promptOf(*tokenizer, test::tinyText(400), " end", false, 10'000);
        const core::TaskPrompt cut = core::promptOf(*tokenizer, test::tinyText(400), " end", false, 20);
        QVERIFY(!whole.truncated && cut.truncated);
        QCOMPARE(cut.ids.size(), std::size_t(21));
        QVERIFY(std::equal(cut.ids.begin(), cut.ids.end(), whole.ids.end() - 21));
        QCOMPARE(std::int64_t(cut.ids.size()) - cut.scoredFrom, std::int64_t(whole.ids.size()) - whole.scoredFrom);
    }

    void limitAndErrors() {
        core::TaskRequest request;
        request.tasks = {task("piqa")};
        request.limit = 2;
        QCOMPARE(run(request).at(0).answers.size(), std::size_t(2));
        request.tasks = {"/nowhere.jsonl"};
        AWQ_EXPECT_ERROR(run(request), core::ErrorCode::badInput, "cannot be read");
    }
};

QTEST_GUILESS_MAIN(TaskRunTest)
#include "task_run_test.moc"

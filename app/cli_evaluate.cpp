// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli evaluate: multiple-choice and cloze tasks from local files.
#include <filesystem>
#include <fstream>

#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/run/evaluation_json.h"
#include "core/run/task_run.h"

namespace awq::app {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

// Files among the operands are tasks too: --tasks *.jsonl leaves all but the first to them.
core::TaskRequest requestOf(const VerbContext& context) {
    core::TaskRequest request;
    for (const auto& [name, value] : context.arguments.inOrder())
        if (name == "tasks")
            request.tasks.emplace_back(value);
    for (const std::string& operand : context.arguments.operands())
        (fs::is_regular_file(operand) ? request.tasks : request.models).emplace_back(operand);
    if (request.models.empty() || request.tasks.empty())
        throw core::Error(core::ErrorCode::usage, request.tasks.empty() ? "which tasks?" : "which model?", {},
                          "give a model folder and --tasks FILE.jsonl");
    request.shots = context.arguments.integer("few-shot", 0, 0);
    request.limit = context.arguments.integer("limit", 0, 1);
    request.specialTokens = context.arguments.has("special");
    request.compute = computeOptions(context.arguments);
    return request;
}

ordered_json answersJson(const core::TaskResult& result) {
    ordered_json list = ordered_json::array();
    for (const core::TaskAnswer& answer : result.answers)
        list.push_back({{"log_likelihoods", answer.logLikelihoods},
                        {"answer", answer.answer},
                        {"chosen", answer.chosen},
                        {"chosen_by_length", answer.chosenByLength},
                        {"greedy", answer.greedy}});
    return list;
}

ordered_json resultJson(const core::TaskResult& result) {
    ordered_json json{{"model", result.model.string()},
                      {"label", result.label},
                      {"file", result.file.string()},
                      {"task", result.task},
                      {"kind", result.kind},
                      {"few_shot", result.shots},
                      {"questions", result.answers.size()},
                      {"accuracy", result.accuracy},
                      {"accuracy_sigma", result.accuracySigma},
                      {"length_accuracy", result.lengthAccuracy},
                      {"length_accuracy_sigma", result.lengthAccuracySigma}};
    if (result.perplexity > 0)
        json["perplexity"] = result.perplexity;
    json["truncated"] = result.truncated;
    json["answers"] = answersJson(result);
    return json;
}

std::string percent(double share, double sigma) {
    return number(100 * share, 2) + " +- " + number(100 * sigma, 2);
}

std::string tableOf(const std::vector<core::TaskResult>& results) {
    TextTable table({"model", "form", "task", ">questions", ">accuracy %", ">by length %", ">perplexity"});
    for (const core::TaskResult& result : results)
        table.add({result.model.string(), result.label, result.task, std::to_string(result.answers.size()),
                   percent(result.accuracy, result.accuracySigma),
                   percent(result.lengthAccuracy, result.lengthAccuracySigma),
                   result.perplexity > 0 ? number(result.perplexity, 4) : "-"});
    return table.text();
}

// A line per choice of every question.
void writeCsv(const std::string& file, const std::vector<core::TaskResult>& results) {
    std::ofstream csv(file);
    csv.precision(9);
    csv << "model,task,question,choice,log_likelihood,right_choice,chosen,chosen_by_length\n";
    for (const core::TaskResult& result : results)
        for (std::size_t i = 0; i < result.answers.size(); ++i)
            for (std::size_t choice = 0; choice < result.answers[i].logLikelihoods.size(); ++choice)
                csv << core::csvQuoted(result.model.string()) << ',' << core::csvQuoted(result.task) << ',' << i << ',' << choice << ','
                    << result.answers[i].logLikelihoods[choice] << ',' << result.answers[i].answer << ','
                    << result.answers[i].chosen << ',' << result.answers[i].chosenByLength << '\n';
    if (!csv.flush())
        throw core::Error(core::ErrorCode::badInput, "the file cannot be written", file,
                          "choose a folder that exists and is writable");
}

VerbResult evaluate(const VerbContext& context) {
    const auto results = valueOf(core::runTasks(requestOf(context), context.events, context.stop));
    VerbResult result{ordered_json::array(), tableOf(results)};
    for (const core::TaskResult& task : results)
        result.json.push_back(resultJson(task));
    if (context.arguments.has("csv"))
        writeCsv(context.arguments.text("csv", ""), results);
    return result;
}

} // namespace

Verb evaluateVerb() {
    return {"evaluate",
            "MODEL...",
            "multiple-choice and cloze tasks: HellaSwag, PIQA, WinoGrande, ARC, MMLU, BoolQ, LAMBADA",
            1,
            64,
            {{"tasks", "FILE...", "JSON lines as the data sets publish them; the fields tell the kind"},
             {"few-shot", "N", "solved questions before each one: the first N others of the file (0)"},
             {"limit", "N", "the first N questions of every file only"},
             {"special", "", "put the tokenizer's special tokens around prompts"},
             {"csv", "FILE", "write the log-likelihood of every choice"}},
            evaluate};
}

} // namespace awq::app

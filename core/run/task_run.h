// SPDX-License-Identifier: GPL-3.0-or-later
// Multiple-choice and cloze tasks through model folders, one block in memory at a time. Blocking.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/run/evaluate_run.h"
#include "core/run/outcome.h"

namespace awq::core {

struct TaskRequest {
    std::vector<std::filesystem::path> models;
    std::vector<std::filesystem::path> tasks; // see core/text/task_file.h
    std::int64_t shots = 0;                   // solved questions before each: the first of the file that are not it
    std::int64_t limit = 0;                   // questions per file; 0: all
    bool specialTokens = false;               // put the tokenizer's own around prompts; lm-evaluation-harness does not
    ComputeOptions compute;
};

struct TaskAnswer {
    std::vector<double> logLikelihoods; // per choice: sum over the continuation's tokens, in nats
    int answer = 0;                     // the right one
    int chosen = 0, chosenByLength = 0; // the likeliest; the likeliest per character
    bool greedy = false;                // every token of the right continuation was the most likely one
    bool right = false, rightByLength = false;
};

struct TaskResult {
    std::filesystem::path model, file;
    std::string label, task, kind; // "awq-gemm w4g128"; name of the file; see TaskFile
    std::int64_t shots = 0;
    double accuracy = 0, accuracySigma = 0; // share of right answers; its standard error. Cloze: of greedy ones
    double lengthAccuracy = 0, lengthAccuracySigma = 0; // with log-likelihoods per character
    double perplexity = 0;                              // cloze only: exp(-mean log-likelihood of the continuations)
    std::int64_t truncated = 0;                         // prompts whose beginning was cut to fit the model's context
    std::vector<TaskAnswer> answers;                    // in the order of the file
};

// Emits events on the calling thread. One result per model and file, models first.
Outcome<std::vector<TaskResult>> runTasks(const TaskRequest& request, EventSink& sink, std::stop_token stop);

} // namespace awq::core

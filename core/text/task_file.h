// SPDX-License-Identifier: GPL-3.0-or-later
// Multiple-choice and cloze tasks: JSON-lines records in the shapes of their published data sets become the prompts
// that lm-evaluation-harness gives a model.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace awq::core {

struct TaskChoice {
    std::string context, continuation; // the model is asked how likely the second is after the first

    std::size_t characters() const; // of the continuation, without the space before it
};

struct TaskQuestion {
    std::vector<TaskChoice> choices; // one: a cloze, right when it is what the model would write
    int answer = 0;                  // index of the right choice
};

struct TaskFile {
    std::string name; // of the file, without extension
    std::string kind; // "hellaswag", "piqa", "winogrande", "arc", "mmlu", "boolq", "lambada"
    std::vector<TaskQuestion> questions;
};

// The kind is told by the fields of the first record. Throws Error(badInput) with file and line: not readable, empty,
// not JSON, of no known kind, an answer that is none of the choices.
TaskFile readTaskFile(const std::filesystem::path& file);

// A solved question as it stands before the next one in a few-shot prompt, the blank line behind it included.
std::string solved(const TaskQuestion& question);

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// One reader per kind of task. The prompts follow lm-evaluation-harness's task definitions (version 0.4).
#include "core/text/task_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>
#include <regex>

#include "core/json_text.h"
#include "core/text/json_access.h"
#include "core/text/utf8.h"

namespace awq::core {
namespace {

using nlohmann::json;

struct Record {
    const json& fields;
    const std::string& where;

    std::string text(const char* key) const { return required<std::string>(fields, key, where); }
    std::vector<std::string> texts(const char* key) const {
        return required<std::vector<std::string>>(fields, key, where);
    }
};

std::string stripped(std::string text) {
    const auto isSpace = [](unsigned char c) { return std::isspace(c) != 0; };
    text.erase(text.begin(), std::ranges::find_if_not(text, isSpace));
    text.erase(std::find_if_not(text.rbegin(), text.rend(), isSpace).base(), text.end());
    return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

// First letter upper case, the rest lower case; letters beyond ASCII stay.
std::string capitalized(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    if (!text.empty())
        text[0] = char(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

// An answer given as a number or as a text that is one.
int numberOf(const Record& record, const char* key) {
    const json& value = requiredField(record.fields, key, record.where);
    if (value.is_boolean() || value.is_number_integer())
        return value.is_boolean() ? int(value.get<bool>()) : value.get<int>();
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        badInput("the answer '" + text + "' is not a number", record.where + "." + key,
                 "give the index of the right choice");
    return number;
}

// The same context before every choice.
TaskQuestion question(const std::string& context, const std::vector<std::string>& choices, int answer) {
    TaskQuestion result;
    for (const std::string& choice : choices)
        result.choices.push_back({context, " " + choice});
    result.answer = answer;
    return result;
}

std::string withoutMarkup(const std::string& text) {
    static const std::regex bracketed("\\[.*?\\]");
    const std::string titled = replaced(stripped(text), " [title]", ". ");
    return replaced(std::regex_replace(titled, bracketed, ""), "  ", " ");
}

TaskQuestion hellaswag(const Record& record) {
    const std::string context =
        record.text("activity_label") + ": " + record.text("ctx_a") + " " + capitalized(record.text("ctx_b"));
    std::vector<std::string> endings = record.texts("endings");
    std::ranges::transform(endings, endings.begin(), withoutMarkup);
    return question(withoutMarkup(context), endings, numberOf(record, "label"));
}

TaskQuestion piqa(const Record& record) {
    return question("Question: " + record.text("goal") + "\nAnswer:", {record.text("sol1"), record.text("sol2")},
                    numberOf(record, "label"));
}

// The rest of the sentence is scored after each way of filling the gap.
TaskQuestion winogrande(const Record& record) {
    const std::string sentence = record.text("sentence");
    const std::size_t gap = sentence.find('_');
    if (gap == std::string::npos)
        badInput("the sentence has no gap '_'", record.where + ".sentence");
    const std::string rest = " " + stripped(sentence.substr(gap + 1));
    TaskQuestion result;
    for (const char* option : {"option1", "option2"})
        result.choices.push_back({sentence.substr(0, gap) + record.text(option), rest});
    result.answer = numberOf(record, "answer") - 1;
    return result;
}

TaskQuestion arc(const Record& record) {
    const Record choices{requiredField(record.fields, "choices", record.where), record.where};
    const std::vector<std::string> labels = choices.texts("label");
    const auto found = std::ranges::find(labels, record.text("answerKey"));
    return question("Question: " + record.text("question") + "\nAnswer:", choices.texts("text"),
                    int(found - labels.begin()));
}

TaskQuestion mmlu(const Record& record) {
    std::string context = stripped(record.text("question")) + "\n";
    std::vector<std::string> letters;
    for (const std::string& choice : record.texts("choices")) {
        letters.emplace_back(1, char('A' + letters.size()));
        context += letters.back() + ". " + choice + "\n";
    }
    return question(context + "Answer:", letters, numberOf(record, "answer"));
}

TaskQuestion boolq(const Record& record) {
    return question(record.text("passage") + "\nQuestion: " + record.text("question") + "?\nAnswer:", {"no", "yes"},
                    numberOf(record, record.fields.contains("answer") ? "answer" : "label"));
}

TaskQuestion lambada(const Record& record) {
    const std::string text = record.text("text");
    const std::size_t space = text.rfind(' ');
    if (space == std::string::npos)
        badInput("the text is a single word: nothing to predict it from", record.where + ".text");
    return question(text.substr(0, space), {text.substr(space + 1)}, 0);
}

struct TaskKind {
    const char* name;
    std::array<const char*, 2> fields; // that tell the kind
    TaskQuestion (*read)(const Record&);
};

constexpr std::array kinds{TaskKind{"hellaswag", {"ctx_a", "endings"}, hellaswag},
                           TaskKind{"piqa", {"goal", "sol1"}, piqa},
                           TaskKind{"winogrande", {"sentence", "option1"}, winogrande},
                           TaskKind{"arc", {"answerKey", "choices"}, arc},
                           TaskKind{"mmlu", {"question", "choices"}, mmlu},
                           TaskKind{"boolq", {"passage", "question"}, boolq},
                           TaskKind{"lambada", {"text", "text"}, lambada}};

const TaskKind& kindOf(const json& fields, const std::string& where) {
    std::string names;
    for (const TaskKind& kind : kinds) {
        if (std::ranges::all_of(kind.fields, [&](const char* field) { return fields.contains(field); }))
            return kind;
        names += std::string(names.empty() ? "" : ", ") + kind.name;
    }
    badInput("the record is of no known task", where, "give records with the fields of one of: " + names);
}

json recordOf(const std::string& line, const std::string& where) {
    json fields;
    if (line.starts_with('{'))
        fields = parseJson(line, where);
    if (!fields.is_object())
        badInput("the line is not a JSON object", where, "give one record a line");
    return fields;
}

void check(const TaskQuestion& question, const std::string& where) {
    if (question.answer < 0 || question.answer >= int(question.choices.size()))
        badInput("the answer is none of the " + std::to_string(question.choices.size()) + " choices", where,
                 "the file is damaged, or its answers are withheld: use a labelled part of the data set");
}

} // namespace

std::size_t TaskChoice::characters() const {
    const std::string_view text = std::string_view(continuation).substr(continuation.starts_with(' ') ? 1 : 0);
    return std::size_t(std::ranges::count_if(text, [](char c) { return !isUtf8Continuation(c); }));
}

TaskFile readTaskFile(const std::filesystem::path& file) {
    std::ifstream lines(file);
    if (!lines)
        badInput("the task file cannot be read", file.string(), "check the path");
    TaskFile tasks;
    tasks.name = file.stem().string();
    const TaskKind* kind = nullptr;
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        if (stripped(line).empty())
            continue;
        const std::string where = file.string() + ", line " + std::to_string(number);
        if (firstInvalidUtf8(line))
            badInput("the line is not UTF-8", where, "save the file as UTF-8");
        const json fields = recordOf(line, where);
        if (!kind)
            kind = &kindOf(fields, where);
        tasks.questions.push_back(kind->read({fields, where}));
        check(tasks.questions.back(), where);
    }
    if (!kind)
        badInput("the task file has no record", file.string(), "give JSON lines");
    tasks.kind = kind->name;
    return tasks;
}

std::string solved(const TaskQuestion& question) {
    const TaskChoice& right = question.choices[std::size_t(question.answer)];
    return right.context + right.continuation + "\n\n";
}

} // namespace awq::core

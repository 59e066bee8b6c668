// SPDX-License-Identifier: GPL-3.0-or-later
// Help texts, made from the tables of verbs and options.
#include <algorithm>

#include "app/cli_verb.h"

namespace awq::app {
namespace {

struct HelpRow {
    std::string left, right;
};

std::string rowsText(const std::vector<HelpRow>& rows) {
    constexpr std::size_t widest = 30; // longer left sides have a line of their own
    std::size_t width = 0;
    for (const HelpRow& row : rows)
        width = std::max(width, std::min(row.left.size(), widest));
    std::string text;
    for (const HelpRow& row : rows) {
        const std::string gap = row.left.size() > width ? "\n" + std::string(width + 4, ' ')
                                                        : std::string(width - row.left.size() + 2, ' ');
        text += "  " + row.left + gap + row.right + "\n";
    }
    return text;
}

std::string optionsText(const std::vector<CliOption>& options) {
    std::vector<HelpRow> rows;
    for (const CliOption& option : options)
        rows.push_back({"--" + option.name + (option.argument.empty() ? "" : " " + option.argument), option.help});
    return rowsText(rows);
}

} // namespace

const std::vector<CliOption>& commonOptions() {
    static const std::vector<CliOption> table{
        {"json", "", "print one JSON document and nothing else"},
        {"events", "jsonl", "events as JSON lines on standard error instead of the progress bar"},
        {"device", "NAME", "auto, cpu, cuda or cuda:N"},
        {"dtype", "NAME",
         "compute dtype: auto, float32, float16, bfloat16; auto is float32 on the CPU, the checkpoint's on a GPU"},
        {"threads", "N", "CPU threads; 0: all cores"},
        {"quiet", "", "no progress, warnings and errors only"},
        {"help", "", "this text"},
        {"version", "", "the program's version"},
    };
    return table;
}

std::string helpText(const std::vector<Verb>& verbs) {
    std::vector<HelpRow> rows;
    for (const Verb& verb : verbs)
        rows.push_back({verb.name + (verb.operands.empty() ? "" : " " + verb.operands), verb.summary});
    return "usage: awq-cli VERB ...\n\nQuantizes large language models to INT4 and INT3 with AWQ.\n\n" +
           rowsText(rows) +
           "\nawq-cli VERB --help lists the options of a verb.\n"
           "Exit codes: 0 done, 1 internal error, 2 usage, 3 bad input, 4 out of memory or disk, 5 failed "
           "verification, "
           "130 cancelled.\n";
}

std::string helpText(const Verb& verb) {
    std::string text = "usage: awq-cli " + verb.name + (verb.operands.empty() ? "" : " " + verb.operands) +
                       " [OPTION...]\n\n" + verb.summary + "\n";
    if (!verb.options.empty())
        text += "\nOptions:\n" + optionsText(verb.options);
    return text + "\nOptions of every verb:\n" + optionsText(commonOptions());
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli tokenize: the token ids of a text.
#include <chrono>
#include <fstream>
#include <iterator>

#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/text/tokenizer.h"

namespace awq::app {
namespace {

constexpr std::size_t idsShown = 64;

std::string textOf(const Arguments& arguments) {
    if (arguments.has("string") == arguments.has("file"))
        throw core::Error(core::ErrorCode::usage,
                          arguments.has("file") ? "--string and --file exclude each other" : "which text?", {},
                          "give --string S or --file FILE");
    if (arguments.has("string"))
        return arguments.text("string", "");
    const std::string& path = arguments.text("file", "");
    std::ifstream file(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file)
        core::badInput("cannot read the file", path, "check the path and its permissions");
    return text;
}

std::string summary(const core::Tokenizer& tokenizer, const std::vector<std::int32_t>& ids) {
    std::string text = tokenizer.description() + "\n" + std::to_string(ids.size()) + " tokens:";
    for (std::size_t i = 0; i < ids.size() && i < idsShown; ++i)
        text += " " + std::to_string(ids[i]);
    return text + (ids.size() > idsShown ? " ... (--json prints all)\n" : "\n");
}

VerbResult tokenize(const VerbContext& context) {
    const std::string text = textOf(context.arguments);
    const auto tokenizer = core::loadTokenizer(context.operand(0));
    const auto start = std::chrono::steady_clock::now();
    const std::vector<std::int32_t> ids = tokenizer->encode(text, !context.arguments.has("no-special"));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    return {{{"ids", ids}, {"bytes_per_second", seconds.count() > 0 ? double(text.size()) / seconds.count() : 0}},
            summary(*tokenizer, ids)};
}

} // namespace

Verb tokenizeVerb() {
    return {"tokenize",
            "MODEL",
            "token ids of a text",
            1,
            1,
            {{"string", "S", "the text itself"},
             {"file", "FILE", "a file, taken as it is"},
             {"no-special", "", "without the tokenizer's special tokens"}},
            tokenize};
}

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli: the composition root of the terminal program.
#include <algorithm>
#include <cstdio>
#include <new>

#include "app/cli_progress.h"
#include "app/cli_signals.h"
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/json_fields.h"
#include "core/version.h"

namespace {

using namespace awq;

using Words = std::vector<std::string>;

const app::Verb& verbNamed(const std::vector<app::Verb>& verbs, const std::string& name) {
    const auto found = std::ranges::find(verbs, name, &app::Verb::name);
    if (found != verbs.end())
        return *found;
    Words names;
    for (const app::Verb& verb : verbs)
        names.push_back(verb.name);
    const std::string near = app::nearest(name, names);
    throw core::Error(core::ErrorCode::usage, "unknown verb '" + name + "'", {},
                      near.empty() ? "awq-cli --help lists the verbs" : "did you mean '" + near + "'?");
}

void checkOperands(const app::Verb& verb, const app::Arguments& arguments) {
    const std::size_t count = arguments.operands().size();
    const std::string usage =
        "awq-cli " + verb.name + (verb.operands.empty() ? "" : " " + verb.operands) + " [OPTION...]";
    if (count < verb.minOperands)
        throw core::Error(core::ErrorCode::usage, verb.operands + " is missing", {}, usage);
    if (count > verb.maxOperands)
        throw core::Error(core::ErrorCode::usage, "unexpected '" + arguments.operands()[verb.maxOperands] + "'", {},
                          usage);
}

void print(const std::string& text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

int runVerb(const app::Verb& verb, const Words& words) {
    const app::Arguments arguments = app::Arguments::parse(app::joined(verb.options, app::commonOptions()), words);
    if (arguments.has("help")) {
        print(app::helpText(verb));
        return 0;
    }
    checkOperands(verb, arguments);
    const app::InterruptWatch interrupts(!arguments.has("events"));
    app::VerbResult result;
    {
        const auto progress = app::makeProgress(arguments); // gone from the screen before the result appears
        result = verb.run({arguments, *progress, interrupts.stop()});
    }
    print(arguments.has("json") ? core::dumpPretty(result.json) : result.text);
    return result.exitCode;
}

int run(const Words& words) {
    const std::vector<app::Verb> verbs = app::allVerbs();
    if (words.empty() || words[0] == "--help" || words[0] == "help") {
        print(app::helpText(verbs));
        return words.empty() ? int(core::ErrorCode::usage) : 0;
    }
    if (std::ranges::count(words, "--version")) {
        print("awq-cli " + std::string(core::version()) + "\n");
        return 0;
    }
    return runVerb(verbNamed(verbs, words[0]), {words.begin() + 1, words.end()});
}

int report(const core::Error& error, bool json) {
    if (json) {
        print(core::dumpPretty({{"error",
                                 {{"code", int(error.code())},
                                  {"what", error.what()},
                                  {"where", error.where()},
                                  {"hint", error.hint()}}}}));
        return int(error.code());
    }
    std::fprintf(stderr, "error: %s\n", error.what());
    if (!error.where().empty())
        std::fprintf(stderr, "  where: %s\n", error.where().c_str());
    if (!error.hint().empty())
        std::fprintf(stderr, "  hint: %s\n", error.hint().c_str());
    return int(error.code());
}

} // namespace

int main(int count, char** values) {
    const Words words(values + 1, values + count);
    const bool json = std::ranges::count(words, "--json") > 0;
    try {
        return run(words);
    } catch (const core::Error& error) {
        return report(error, json);
    } catch (const std::bad_alloc&) {
        return report(
            {core::ErrorCode::noResources, "out of memory", {}, "close other programs, or use fewer --samples"}, json);
    } catch (const std::exception& error) {
        return report({core::ErrorCode::internal,
                       error.what(),
                       {},
                       "this is a fault of the program: please report it with the command"},
                      json);
    }
}

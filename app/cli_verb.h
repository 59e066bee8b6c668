// SPDX-License-Identifier: GPL-3.0-or-later
// A verb of the terminal program: its words as data, and the function that does the work.
#pragma once

#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "app/cli_arguments.h"
#include "core/event.h"

namespace awq::app {

struct VerbContext {
    const Arguments& arguments;
    core::EventSink& events;
    std::stop_token stop;

    const std::string& operand(std::size_t index) const { return arguments.operands().at(index); }
};

struct VerbResult {
    nlohmann::ordered_json json; // printed with --json; keys are a contract, extended only by addition
    std::string text;            // printed without
    int exitCode = 0;
};

struct Verb {
    std::string name;
    std::string operands; // as help shows them: "MODEL", "A B", "MODEL..."
    std::string summary;  // one line
    std::size_t minOperands = 0, maxOperands = 0;
    std::vector<CliOption> options;                  // besides the common ones
    VerbResult (*run)(const VerbContext&) = nullptr; // throws core::Error
};

// Options of every verb.
const std::vector<CliOption>& commonOptions();

std::string helpText(const std::vector<Verb>& verbs); // of the program
std::string helpText(const Verb& verb);

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe's options as data: one table for the JSON form, the command line, the form in the window and the checks.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/plan/recipe.h"

namespace awq::core {

enum class OptionKind {
    flag, // true or false
    integer,
    bytes,    // an integer; as text also "5 GB"
    text,     // one of `values` when there are any
    textList, // repeatable
    bitsList, // repeatable REGEX=N
};

struct RecipeOption {
    std::string name; // "group-size": --group-size on the command line, group_size in JSON
    OptionKind kind;
    std::string argument; // placeholder in help: "N"; empty for flags
    std::string help;
    std::vector<std::string> values;       // allowed ones; empty: any within the limits below
    std::int64_t minimum = 0, maximum = 0; // integer, bytes
    std::string opposite;                  // flags: the option that sets false, "symmetric"
    std::function<nlohmann::ordered_json(const Recipe&)> get;
    std::function<void(Recipe&, const nlohmann::json&, const std::string& where)>
        set; // throws Error(badInput) on a wrong type

    std::string jsonKey() const;
};

const std::vector<RecipeOption>& recipeOptions();

// Sets an option from the text after it on the command line; lists grow by one entry. "preset" sets the preset's own
// options too. Throws Error(usage) that names the option and what it takes.
void setFromText(Recipe& recipe, const RecipeOption& option, const std::string& text);

} // namespace awq::core

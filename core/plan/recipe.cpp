// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe's JSON form and its checks, both from the table of options.
#include "core/plan/recipe.h"

#include <algorithm>
#include <regex>

#include "core/json_fields.h"
#include "core/json_text.h"
#include "core/plan/format_rules.h"
#include "core/plan/recipe_options.h"
#include "core/plan/recipe_presets.h"
#include "core/plan/scale_override.h"

namespace awq::core {
namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::usage, what, "--" + option, hint);
}

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values)
        text += (text.empty() ? "" : ", ") + value;
    return text;
}

template <typename Number>
std::string joinedNumbers(const std::vector<Number>& numbers) {
    std::vector<std::string> values;
    for (const Number number : numbers)
        values.push_back(std::to_string(number));
    return joined(values);
}

std::string plainText(const OrderedJson& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void checkValue(const RecipeOption& option, const OrderedJson& value) {
    const std::string text = plainText(value);
    if (!option.values.empty() && !std::ranges::count(option.values, text))
        refuse(option.name, "--" + option.name + " cannot be '" + text + "'", "use one of: " + joined(option.values));
    const bool isNumber = option.kind == OptionKind::integer || option.kind == OptionKind::bytes;
    if (!isNumber || (value.get<std::int64_t>() >= option.minimum && value.get<std::int64_t>() <= option.maximum))
        return;
    refuse(option.name, "--" + option.name + " cannot be " + text,
           "use at least " + std::to_string(option.minimum) +
               (option.kind == OptionKind::integer ? " and at most " + std::to_string(option.maximum) : ""));
}

void checkRegex(const std::string& option, const std::string& expression) {
    try {
        const std::regex compiled(expression);
    } catch (const std::regex_error& error) {
        refuse(option, "'" + expression + "' is not a regular expression: " + error.what(),
               "write linear names such as model.layers.0.mlp.down_proj; escape special characters with \\");
    }
}

void checkBits(const FormatRules& format, const std::string& option, int bits) {
    if (!std::ranges::count(format.bits, bits))
        refuse(option, "format " + format.name + " cannot hold " + std::to_string(bits) + "-bit weights",
               "use bits " + joinedNumbers(format.bits) + ", or --format simulated");
}

void checkFormat(const Recipe& recipe) {
    const FormatRules& format = formatRulesOf(recipe.format);
    checkBits(format, "bits", recipe.bits);
    if (!std::ranges::count(format.groupSizes, recipe.groupSize))
        refuse("group-size", "format " + format.name + " cannot hold group size " + std::to_string(recipe.groupSize),
               "use one of: " + joinedNumbers(format.groupSizes) + ", or another --format");
    if (!recipe.zeroPoint && !format.symmetric)
        refuse("symmetric", "format " + format.name + " always stores zero points",
               "leave --symmetric out, or use --format compressed-tensors or simulated");
    for (const auto& [linears, bits] : recipe.bitsFor) {
        checkBits(format, "bits-for", bits);
        if (bits != recipe.bits && !format.mixedBits)
            refuse("bits-for", "all linears of format " + format.name + " have the same bits",
                   "leave --bits-for out, or use --format compressed-tensors or simulated");
    }
}

} // namespace

OrderedJson toJson(const Recipe& recipe) {
    OrderedJson json = OrderedJson::object();
    for (const RecipeOption& option : recipeOptions())
        json[option.jsonKey()] = option.get(recipe);
    return json;
}

Recipe recipeFromJson(const nlohmann::json& json, const std::string& where) {
    if (!json.is_object())
        wrongType(where, "an object", json);
    Recipe recipe;
    if (json.contains("preset") && json["preset"].is_string())
        applyPreset(recipe, json["preset"].get<std::string>());
    for (const auto& [key, value] : json.items()) {
        const auto option =
            std::ranges::find_if(recipeOptions(), [&](const RecipeOption& o) { return o.jsonKey() == key; });
        if (option == recipeOptions().end())
            badInput("unknown key '" + key + "'", where,
                     "awq-cli quantize --help lists the options; keys are written with _ for -");
        option->set(recipe, value, where + ", key " + key);
    }
    return recipe;
}

Recipe readRecipeFile(const std::filesystem::path& file) {
    return recipeFromJson(readJsonFile(file), file.string());
}

void validate(const Recipe& recipe) {
    for (const RecipeOption& option : recipeOptions())
        checkValue(option, option.get(recipe));
    for (const std::string& expression : recipe.exclude)
        checkRegex("exclude", expression);
    for (const auto& [expression, bits] : recipe.bitsFor)
        checkRegex("bits-for", expression);
    for (const std::string& text : recipe.overrides)
        scaleOverrideFromText(text);
    checkFormat(recipe);
}

} // namespace awq::core

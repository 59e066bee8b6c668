// SPDX-License-Identifier: GPL-3.0-or-later
// The table of recipe options and their text form.
#include "core/plan/recipe_options.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/json_fields.h"
#include "core/plan/format_rules.h"
#include "core/plan/recipe_presets.h"
#include "core/units.h"

namespace awq::core {

struct BitsFor {
    std::string linears; // regular expression
    int bits = 0;
};

template <>
inline constexpr auto jsonFields<BitsFor> =
    std::tuple{JsonField{"linears", &BitsFor::linears}, JsonField{"bits", &BitsFor::bits}};

namespace {

constexpr std::int64_t noLimit = std::numeric_limits<std::int64_t>::max();

// `field` maps a Recipe, const or not, to a reference to the option's field.
template <typename Field>
RecipeOption bind(RecipeOption option, Field field) {
    option.get = [field](const Recipe& recipe) { return jsonValue(field(recipe)); };
    option.set = [field](Recipe& recipe, const nlohmann::json& json, const std::string& where) {
        readValue(json, field(recipe), where);
    };
    return option;
}

RecipeOption flag(const char* name, const char* opposite, const char* help, auto field) {
    return bind({.name = name, .kind = OptionKind::flag, .help = help, .opposite = opposite}, field);
}

RecipeOption integer(const char* name, const char* help, std::int64_t minimum, std::int64_t maximum, auto field,
                     std::vector<std::string> values = {}) {
    return bind({.name = name,
                 .kind = OptionKind::integer,
                 .argument = "N",
                 .help = help,
                 .values = std::move(values),
                 .minimum = minimum,
                 .maximum = maximum},
                field);
}

RecipeOption bytes(const char* name, const char* help, std::int64_t minimum, auto field) {
    return bind({.name = name,
                 .kind = OptionKind::bytes,
                 .argument = "SIZE",
                 .help = help,
                 .minimum = minimum,
                 .maximum = noLimit},
                field);
}

RecipeOption text(const char* name, const char* argument, const char* help, auto field,
                  std::vector<std::string> values = {}) {
    return bind(
        {.name = name, .kind = OptionKind::text, .argument = argument, .help = help, .values = std::move(values)},
        field);
}

RecipeOption excludeOption() {
    return bind(
        {.name = "exclude",
         .kind = OptionKind::textList,
         .argument = "REGEX",
         .help = "keep linears whose full name matches in float; repeatable"},
        [](auto& r) -> auto& { return r.exclude; });
}

RecipeOption overrideOption() {
    return bind(
        {.name = "override",
         .kind = OptionKind::textList,
         .argument = "SET=CHOICE",
         .help = "for one scale set: a ratio from 0 to 1 instead of the search's, no-clip, or exclude; repeatable"},
        [](auto& r) -> auto& { return r.overrides; });
}

RecipeOption bitsForOption() {
    RecipeOption option{.name = "bits-for",
                        .kind = OptionKind::bitsList,
                        .argument = "REGEX=N",
                        .help = "other bits for linears whose full name matches; the first match counts; repeatable"};
    option.get = [](const Recipe& recipe) {
        OrderedJson list = OrderedJson::array();
        for (const auto& [linears, bits] : recipe.bitsFor)
            list.push_back(jsonValue(BitsFor{linears, bits}));
        return list;
    };
    option.set = [](Recipe& recipe, const nlohmann::json& json, const std::string& where) {
        std::vector<BitsFor> list;
        readValue(json, list, where);
        recipe.bitsFor.clear();
        for (const BitsFor& item : list)
            recipe.bitsFor.emplace_back(item.linears, item.bits);
    };
    return option;
}

template <typename Rows>
std::vector<std::string> namesOf(const Rows& rows) {
    std::vector<std::string> names;
    for (const auto& row : rows)
        names.push_back(row.name);
    return names;
}

[[noreturn]] void refuse(const RecipeOption& option, const std::string& text, const std::string& expected) {
    throw Error(ErrorCode::usage, "--" + option.name + " does not take '" + text + "'", "--" + option.name,
                "give " + expected);
}

nlohmann::json integerFromText(const RecipeOption& option, const std::string& text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end)
        refuse(option, text, "a whole number");
    return value;
}

nlohmann::json bytesFromText(const RecipeOption& option, const std::string& text) {
    const auto value = parseBytes(text);
    if (!value)
        refuse(option, text, "a size such as 500MB or 5GB");
    return *value;
}

nlohmann::json bitsForFromText(const RecipeOption& option, const std::string& text) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0)
        refuse(option, text, "REGEX=N, for instance down_proj=8");
    return {{"linears", text.substr(0, equals)}, {"bits", integerFromText(option, text.substr(equals + 1))}};
}

nlohmann::json fromText(const RecipeOption& option, const std::string& text) {
    switch (option.kind) {
    case OptionKind::flag:
        return text == "true";
    case OptionKind::integer:
        return integerFromText(option, text);
    case OptionKind::bytes:
        return bytesFromText(option, text);
    case OptionKind::bitsList:
        return bitsForFromText(option, text);
    case OptionKind::text:
    case OptionKind::textList:
        break;
    }
    return text;
}

bool isList(OptionKind kind) {
    return kind == OptionKind::textList || kind == OptionKind::bitsList;
}

} // namespace

std::string RecipeOption::jsonKey() const {
    std::string key = name;
    std::replace(key.begin(), key.end(), '-', '_');
    return key;
}

const std::vector<RecipeOption>& recipeOptions() {
    static const std::vector<RecipeOption> table{
        text(
            "preset", "NAME", "start from a built-in recipe", [](auto& r) -> auto& { return r.preset; },
            namesOf(recipePresets())),
        integer(
            "bits", "bits per weight; 3 and 4 have a packed form", 2, 8, [](auto& r) -> auto& { return r.bits; }),
        integer("group-size", "weights of a row that share a step; -1: the whole row", -1, 128,
                [](auto& r) -> auto& { return r.groupSize; }, {"128", "64", "32", "-1"}),
        flag(
            "zero-point", "symmetric", "give every group a zero point", [](auto& r) -> auto& { return r.zeroPoint; }),
        text("engine", "NAME",
             "fast: measures no more than the choice needs; reference: the published steps, one by one",
             [](auto& r) -> auto& { return r.engine; }, {"fast", "reference"}),
        text(
            "scale-search", "NAME",
            "how channel scales are found; racing: ratios drop out by a paired test, several times faster; solved: the "
            "smallest expected error, each channel apart",
            [](auto& r) -> auto& { return r.scaleSearch; }, {"awq", "racing", "solved", "none"}),
        text("clip-search", "NAME", "how clips are found; range: both ends of every group apart, by its inputs",
             [](auto& r) -> auto& { return r.clipSearch; }, {"awq", "range", "none"}),
        text("rounding", "NAME", "compensated: each column makes up for the errors of those before it",
             [](auto& r) -> auto& { return r.rounding; }, {"nearest", "compensated"}),
        text("target", "NAME", "corrected: each linear makes up for the quantized linears before it",
             [](auto& r) -> auto& { return r.target; }, {"original", "corrected"}),
        integer(
            "refine-rounds", "rounds of improving steps, zero points and codes after rounding", 0, 16,
            [](auto& r) -> auto& { return r.refineRounds; }),
        text(
            "calibration", "SOURCE", "bundled, a text file, or FILE.safetensors with calib_ids [N, T]",
            [](auto& r) -> auto& { return r.calibration.source; }),
        integer(
            "samples", "calibration windows", 1, 1'000'000, [](auto& r) -> auto& { return r.calibration.samples; }),
        integer(
            "sequence-length", "tokens per calibration window", 2, 1'000'000,
            [](auto& r) -> auto& { return r.calibration.sequenceLength; }),
        integer(
            "seed", "seed of the calibration shuffle", 0, noLimit, [](auto& r) -> auto& { return r.calibration.seed; }),
        text(
            "text-field", "NAME", "field of a .jsonl or .parquet record that holds the text",
            [](auto& r) -> auto& { return r.calibration.textField; }),
        text(
            "chat-template", "NAME", "wrap calibration records in this chat format; empty: off",
            [](auto& r) -> auto& { return r.calibration.chatTemplate; }),
        text("calibration-rule", "NAME",
             "pack: all text, windows one after another; pileval: llm-awq's shuffle and cut",
             [](auto& r) -> auto& { return r.calibration.rule; }, {"pack", "pileval"}),
        excludeOption(),
        bitsForOption(),
        overrideOption(),
        text(
            "results-in", "FILE", "apply a result file of llm-awq (.pt) instead of searching",
            [](auto& r) -> auto& { return r.resultsIn; }),
        text(
            "results-out", "FILE", "save what the search found in llm-awq's form (.pt)",
            [](auto& r) -> auto& { return r.resultsOut; }),
        text(
            "format", "NAME", "checkpoint format", [](auto& r) -> auto& { return r.format; }, namesOf(formatRules())),
        bytes(
            "max-shard-size", "largest file of the output", 1, [](auto& r) -> auto& { return r.maxShardSize; }),
        bytes(
            "memory-limit", "memory to use on each compute device (cpu: of the program); 0: what is there", 0,
            [](auto& r) -> auto& { return r.memoryLimit; }),
        integer(
            "prefetch", "blocks read ahead", 0, 64, [](auto& r) -> auto& { return r.prefetch; }),
        text(
            "device", "NAME", "auto, cpu, cuda or cuda:N; quantize takes several, as cuda:0,1",
            [](auto& r) -> auto& { return r.device; }),
        text("dtype", "NAME", "compute dtype; auto: float32 on the CPU, the checkpoint's on a GPU",
             [](auto& r) -> auto& { return r.dtype; }, {"auto", "float32", "float16", "bfloat16"}),
        integer(
            "threads", "CPU threads; 0: all cores", 0, 4096, [](auto& r) -> auto& { return r.threads; }),
    };
    return table;
}

void setFromText(Recipe& recipe, const RecipeOption& option, const std::string& text) {
    if (option.name == "preset")
        return applyPreset(recipe, text);
    nlohmann::json value = fromText(option, text);
    if (isList(option.kind)) {
        nlohmann::json list = option.get(recipe);
        list.push_back(std::move(value));
        value = std::move(list);
    }
    try {
        option.set(recipe, value, "--" + option.name);
    } catch (const Error& error) {
        throw Error(ErrorCode::usage, error.what(), error.where(), error.hint());
    }
}

} // namespace awq::core

// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the family pages and the loader rules down as Markdown.
#include "tests/support/family_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/model/families/all.h"
#include "core/model/families/family_lookup.h"
#include "core/plan/loader_rules.h"
#include "tests/support/family_variants.h"

namespace awq::test {

using namespace core;

namespace {

using Texts = std::vector<std::string>;

std::string joined(const Texts& items, const char* separator) {
    std::string list;
    for (const std::string& item : items)
        list += (list.empty() ? "" : separator) + item;
    return list;
}

// "mlp.experts.3.w1" -> "w1".
std::string shortName(const std::string& name) {
    return name.substr(name.rfind('.') + 1);
}

// "up_proj → down_proj"; experts count once.
std::string describe(const ScaleSet& set) {
    Texts consumers;
    for (const std::string& consumer : set.consumers)
        if (!std::ranges::count(consumers, shortName(consumer)))
            consumers.push_back(shortName(consumer));
    return shortName(set.producer) + " → " + joined(consumers, " ");
}

// Of all variants of the family, each once, in the order of the forward pass.
Texts scaleSetsOf(const std::string& family) {
    Texts sets;
    for (const FamilyVariant& variant : familyVariants()) {
        const FamilyMatch match = findFamily(Config::fromJson(nlohmann::json::parse(variant.config), "config.json"));
        if (match.page.name != family)
            continue;
        for (const BlockSpec& block : match.page.read(match.config).blocks)
            for (const ScaleSet& set : block.scaleSets)
                if (set.use == ScaleSetUse::standard && !std::ranges::count(sets, describe(set)))
                    sets.push_back(describe(set));
    }
    return sets;
}

Texts openedBy(const std::string& family, const std::string& format) {
    Texts programs;
    for (const LoaderRules& rules : loaderRules()) {
        if (rules.format != format)
            continue;
        const auto note = std::ranges::find(rules.fails, family, &FamilyNote::family);
        if (note == rules.fails.end())
            programs.push_back(rules.program);
        else if (!note->linear.empty())
            programs.push_back(rules.program + " (" + note->linear + " in float)");
    }
    return programs;
}

std::string row(const Texts& cells) {
    return "| " + joined(cells, " | ") + " |\n";
}

} // namespace

std::string familyTable() {
    const Texts formats{"awq-gemm", "compressed-tensors"};
    Texts head{"family", "models", "architecture in config.json", "scale sets", "remarks"};
    for (const std::string& format : formats)
        head.push_back(format + " opens in");
    std::string table = row(head) + "|" + joined(Texts(head.size(), "---"), "|") + "|\n";
    for (const Family& page : allFamilies()) {
        Texts architectures;
        for (const std::string& name : page.architectures)
            architectures.push_back("`" + name + "`");
        const std::string sets =
            page.nestedConfigs.empty() ? joined(scaleSetsOf(page.name), "; ") : "those of its language model";
        Texts cells{page.name, page.models, joined(architectures, ", "), sets, page.remarks};
        for (const std::string& format : formats)
            cells.push_back(joined(openedBy(page.name, format), ", "));
        table += row(cells);
    }
    return table;
}

} // namespace awq::test

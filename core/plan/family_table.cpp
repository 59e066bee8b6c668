// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the family pages and the loader rules down as Markdown.
#include "core/plan/family_table.h"

#include <algorithm>

#include "core/model/families/all.h"
#include "core/plan/loader_rules.h"

namespace awq::core {
namespace {

void append(std::string& list, const std::string& item) {
    list += (list.empty() ? "" : ", ") + item;
}

std::string openedBy(const std::string& family, const std::string& format) {
    std::string programs;
    for (const LoaderRules& rules : loaderRules())
        if (rules.format == format && std::ranges::find(rules.fails, family, &FamilyNote::family) == rules.fails.end())
            append(programs, rules.program);
    return programs;
}

} // namespace

std::string familyTable() {
    const std::vector<std::string> formats{"awq-gemm", "compressed-tensors"};
    std::string table = "| family | models | architecture in config.json | remarks |", line = "\n|---|---|---|---|";
    for (const std::string& format : formats) {
        table += " " + format + " opens in |";
        line += "---|";
    }
    table += line + "\n";
    for (const Family& page : allFamilies()) {
        std::string architectures;
        for (const std::string& name : page.architectures)
            append(architectures, "`" + name + "`");
        table += "| " + page.name + " | " + page.models + " | " + architectures + " | " + page.remarks + " |";
        for (const std::string& format : formats)
            table += " " + openedBy(page.name, format) + " |";
        table += "\n";
    }
    return table;
}

} // namespace awq::core

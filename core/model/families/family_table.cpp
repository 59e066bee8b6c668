// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the pages down as Markdown.
#include "core/model/families/family_table.h"

#include "core/model/families/all.h"

namespace awq::core {

std::string familyTable() {
    std::string table = "| family | models | architecture in config.json | remarks |\n|---|---|---|---|\n";
    for (const Family& page : allFamilies()) {
        std::string architectures;
        for (const std::string& name : page.architectures)
            architectures += (architectures.empty() ? "`" : ", `") + name + "`";
        table += "| " + page.name + " | " + page.models + " | " + architectures + " | " + page.remarks + " |\n";
    }
    return table;
}

} // namespace awq::core

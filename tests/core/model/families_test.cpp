// SPDX-License-Identifier: GPL-3.0-or-later
// The family pages as a table: complete, unambiguous, and the one that the README shows.
#include <QtTest>

#include <fstream>
#include <set>

#include "core/model/families/all.h"
#include "core/plan/loader_rules.h"
#include "tests/support/family_table.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"

using namespace awq;
namespace fs = std::filesystem;

class FamiliesTest : public QObject {
    Q_OBJECT

private slots:
    void everyArchitectureHasOnePage() {
        std::set<std::string> names;
        for (const core::Family& page : core::allFamilies()) {
            QVERIFY(names.insert(page.name).second);
            QVERIFY(!page.models.empty() && !page.architectures.empty() && !page.modelTypes.empty() &&
                    !page.roots.empty());
            QVERIFY((page.read != nullptr) == page.nestedConfigs.empty());
            for (const std::vector<std::string>* list : {&page.architectures, &page.modelTypes})
                for (const std::string& name : *list)
                    QVERIFY2(page.name == name || names.insert(name).second, name.c_str());
        }
    }

    // Notes about what programs load name families as the pages do.
    void loaderRulesNameFamilies() {
        std::set<std::string> names;
        for (const core::Family& page : core::allFamilies())
            names.insert(page.name);
        for (const core::LoaderRules& rules : core::loaderRules())
            for (const core::FamilyNote& note : rules.fails)
                QVERIFY2(names.contains(note.family), note.family.c_str());
    }

    void theReadmeShowsTheTable() {
        const std::string readme = test::readFile(test::sourceDir() / "README.md");
        const std::string begin = "<!-- families -->\n", end = "<!-- /families -->";
        const std::size_t from = readme.find(begin), to = readme.find(end);
        QVERIFY(from != std::string::npos && to != std::string::npos);
        const std::string table = test::familyTable();
        if (readme.substr(from + begin.size(), to - from - begin.size()) == table)
            return;
        const fs::path expected = fs::path(AWQ_BUILD_DIR) / "family_table.md";
        std::ofstream(expected) << table;
        QFAIL(("the README's section of families should be the text of " + expected.string()).c_str());
    }
};

QTEST_GUILESS_MAIN(FamiliesTest)
#include "families_test.moc"

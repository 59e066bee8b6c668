// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs against each other: which linears became worse, which options differ, and what is measured by token.
#include <QtTest>

#include <QTemporaryDir>

#include "app/paths.h"
#include "app/position_losses.h"
#include "app/recipe_difference.h"
#include "app/run_difference.h"
#include "app/token_measures.h"
#include "core/store/run_store.h"
#include "tests/support/files.h"
#include "tests/ui/fake_services.h"

using namespace awq;

namespace {

core::LinearResult linear(int block, const std::string& name, double outputMse) {
    core::LinearResult result;
    result.block = block;
    result.name = name;
    result.outputMse = outputMse;
    return result;
}

} // namespace

class RunDifferenceTest : public QObject {
    Q_OBJECT

private slots:
    void linearsOfBothRunsWorstFirst() {
        const auto differences =
            app::linearDifferences({linear(0, "q", 1), linear(0, "k", 2), linear(1, "q", 4), linear(1, "v", 1)},
                                   {linear(1, "q", 2), linear(0, "q", 3), linear(0, "k", 2), linear(1, "o", 1)});
        QCOMPARE(differences.size(), std::size_t(3));
        QCOMPARE(differences[0].label(), QString::fromUtf8("0 · q"));
        QCOMPARE(differences[0].change(), 2.0);
        QCOMPARE(differences[1].change(), 0.0);
        QCOMPARE(differences[2].change(), -0.5);
    }

    void linearsKeptInFloatAreLeftOut() {
        QVERIFY(app::linearDifferences({linear(0, "q", 0)}, {linear(0, "q", 1)}).empty());
        QVERIFY(app::linearDifferences({linear(0, "q", 1)}, {linear(0, "q", 0)}).empty());
    }

    void recipesDifferOptionByOption() {
        core::Recipe a, b;
        b.bits = 3;
        b.exclude = {"q_proj", "k_proj"};
        const auto differences = app::recipeDifferences(a, b);
        QCOMPARE(differences.size(), std::size_t(2));
        QCOMPARE(differences[0].option, QString("bits"));
        QCOMPARE(differences[0].a + differences[0].b, QString("43"));
        QCOMPARE(differences[1].b, QString("q_proj, k_proj"));
        QVERIFY(app::recipeDifferences(b, b).empty());
    }

    void aRunIsReadFromItsFolder() {
        QTemporaryDir dir;
        core::RunInfo info;
        info.model = "/models/tiny";
        info.recipe.groupSize = 64;
        const auto folder = app::toPath(dir.filePath("a.run"));
        core::RunStore store = core::RunStore::create(folder, info);
        for (const int block : {0, 1})
            store.saveBlock(test::fakeBlock(block));
        const app::RunSummary summary = app::readRunSummary(folder);
        QCOMPARE(summary.recipe.groupSize, std::int64_t(64));
        QCOMPARE(summary.linears.size(), std::size_t(14));
        QCOMPARE(summary.linears[7].block, 1);
        test::writeFile(folder / "block-00001.json", "{");
        QVERIFY_EXCEPTION_THROWN(app::readRunSummary(folder), core::Error);
    }

    void positionsJoinToRanges() {
        core::CompareResult result;
        for (std::int64_t position = 1; position <= 5; ++position) {
            const std::int64_t tokens = position == 2 ? 3 : 1;
            result.a.positions.push_back({position, tokens, 1});
            result.b.positions.push_back({position, tokens, 1 + 0.1 * double(position)});
            result.positions.push_back({position, tokens, {0.5, 0, 0, 0, 0, 0}, 1});
        }
        const auto ranges = app::positionLosses(result, 3);
        QCOMPARE(ranges.size(), std::size_t(3)); // of two positions, and the rest
        QCOMPARE(ranges[0].first, std::int64_t(1));
        QCOMPARE(ranges[0].last, std::int64_t(2));
        QCOMPARE(ranges[0].predictions, std::int64_t(4));
        QCOMPARE(ranges[0].difference, 0.175); // 0.1 once and 0.2 three times
        QCOMPARE(ranges[0].sigma, 0.05);       // of 0.1 and 0.2: deviation 0.0707, over the root of 2
        QCOMPARE(ranges[0].kl, 0.5);
        QCOMPARE(ranges[2].first, std::int64_t(5));
        QCOMPARE(ranges[2].sigma, 0.0);
        QVERIFY(app::positionLosses({}, 64).empty());
    }

    void measuresSayWhatTheyMean() {
        const auto measures = app::tokenMeasures(test::fakeComparison());
        QCOMPARE(measures.size(), std::size_t(10));
        QCOMPARE(measures[2].value, 0.27);
        QCOMPARE(measures[2].sigma, 0.02);
        QCOMPARE(measures[7].value, 0.21);
        for (const app::TokenMeasure& measure : measures)
            QVERIFY2(!measure.meaning.isEmpty(), qPrintable(measure.name));
    }
};

QTEST_GUILESS_MAIN(RunDifferenceTest)
#include "run_difference_test.moc"

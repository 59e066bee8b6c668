// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of the recipe: undo and redo, the user's presets and their file, overrides of single linears.
#include <QtTest>

#include <QAbstractItemModelTester>
#include <QTemporaryDir>

#include "app/preset_store.h"
#include "app/recipe_history.h"
#include "app/recipe_overrides.h"
#include "tests/support/files.h"
#include "tests/support/tiny_outline.h"

using namespace awq;

namespace {

core::Recipe withGroup(std::int64_t size, int bits = 4) {
    core::Recipe recipe;
    recipe.groupSize = size;
    recipe.bits = bits;
    return recipe;
}

} // namespace

class RecipeEditsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString path(const QString& name) const { return m_dir.filePath(name); }

private slots:
    void everyEditCanBeUndoneAndRedone() {
        app::Session session({});
        app::RecipeHistory history(session);
        QVERIFY(!history.canUndo());
        session.setRecipe(withGroup(64));
        session.setRecipe(withGroup(64, 3));
        QCOMPARE(history.undoOptions(), QStringList("bits"));
        history.undo();
        QCOMPARE(session.recipe(), withGroup(64));
        QCOMPARE(history.redoOptions(), QStringList("bits"));
        QCOMPARE(history.undoOptions(), QStringList("group-size"));
        history.undo();
        QCOMPARE(session.recipe(), core::Recipe());
        QVERIFY(!history.canUndo());
        history.redo();
        history.redo();
        QCOMPARE(session.recipe(), withGroup(64, 3));
        QVERIFY(!history.canRedo());
    }

    void aNewEditForgetsWhatWasUndone() {
        app::Session session({});
        app::RecipeHistory history(session);
        session.setRecipe(withGroup(64));
        history.undo();
        session.setRecipe(withGroup(32));
        QVERIFY(!history.canRedo());
        history.undo();
        QCOMPARE(session.recipe(), core::Recipe());
    }

    void anotherOutputIsNoStep() {
        app::Session session({});
        app::RecipeHistory history(session);
        session.setOutput("/out");
        QVERIFY(!history.canUndo());
    }

    void typingAListIsOneStep() {
        app::Session session({});
        app::RecipeHistory history(session);
        session.setRecipe(withGroup(64));
        core::Recipe recipe = withGroup(64);
        for (const char* typed : {"d", "do", "down"}) {
            recipe.exclude = {typed};
            session.setRecipe(recipe);
        }
        history.undo();
        QCOMPARE(session.recipe(), withGroup(64));
        history.redo();
        QCOMPARE(session.recipe().exclude, std::vector<std::string>{"down"});
    }

    void theHistoryIsBounded() {
        app::Session session({});
        app::RecipeHistory history(session);
        for (int step = 0; step < int(app::RecipeHistory::maxSteps) + 50; ++step) {
            core::Recipe recipe;
            recipe.calibration.samples = step + 1;
            session.setRecipe(recipe);
        }
        int undone = 0;
        for (; history.canUndo(); ++undone)
            history.undo();
        QCOMPARE(undone, int(app::RecipeHistory::maxSteps) - 1);
        QCOMPARE(session.recipe().calibration.samples, std::int64_t(51));
    }

    void presetsSurviveASession() {
        {
            app::PresetStore store(path("presets.json"));
            QSignalSpy changed(&store, &app::PresetStore::changed);
            store.save("Zwei", withGroup(64));
            store.save("Eins", withGroup(32));
            store.save("Eins", withGroup(32, 3)); // replaces
            store.rename("Zwei", QString::fromUtf8("Für später"));
            store.rename("Eins", QString::fromUtf8("Für später")); // taken
            QCOMPARE(changed.count(), 4);
        }
        app::PresetStore store(path("presets.json"));
        QVERIFY(store.notice().isEmpty());
        QCOMPARE(store.presets().size(), std::size_t(2));
        QCOMPARE(store.presets()[0].name, QString("Eins"));
        QCOMPARE(store.presets()[0].recipe, withGroup(32, 3));
        QCOMPARE(store.find(QString::fromUtf8("Für später"))->recipe, withGroup(64));
        store.remove("Eins");
        QVERIFY(!store.find("Eins"));
        QCOMPARE(app::PresetStore(path("presets.json")).presets().size(), std::size_t(1));
    }

    void aDamagedOrNewerPresetFileIsKept_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("not JSON") << "{";
        QTest::newRow("newer") << test::json("{'version': 9, 'presets': []}").c_str();
        QTest::newRow("unknown option")
            << test::json("{'version': 1, 'presets': [{'name': 'a', 'recipe': {'colour': 1}}]}").c_str();
    }

    void aDamagedOrNewerPresetFileIsKept() {
        QFETCH(QString, text);
        test::writeFile(path("bad.json").toStdString(), text.toStdString());
        app::PresetStore store(path("bad.json"));
        QVERIFY(store.presets().empty());
        QVERIFY(store.notice().contains("bad.json.damaged"));
        QCOMPARE(QString::fromStdString(test::readFile(path("bad.json.damaged").toStdString())), text);
        store.save("new", {});
        QCOMPARE(app::PresetStore(path("bad.json")).presets().size(), std::size_t(1));
    }

    void aPresetThatCannotBeWrittenIsAnErrorAndNoPreset() {
        app::PresetStore store("/proc/nowhere/presets.json");
        QVERIFY_EXCEPTION_THROWN(store.save("a", {}), core::Error);
        QVERIFY(store.presets().empty());
    }

    void overridesAreTheRecipesOwnOptions() {
        core::Recipe recipe = app::withOverride({}, {"down_proj", 8});
        recipe = app::withOverride(recipe, {"q_proj", 0});
        QCOMPARE(recipe.exclude, std::vector<std::string>{"q_proj"});
        QCOMPARE(recipe.bitsFor.size(), std::size_t(1));
        const std::vector<app::RecipeOverride> expected{{"q_proj", 0}, {"down_proj", 8}};
        QCOMPARE(app::overridesOf(recipe), expected);
        recipe = app::withOverride(recipe, {"down_proj", 0}); // no pattern twice
        QVERIFY(recipe.bitsFor.empty());
        QCOMPARE(recipe.exclude.size(), std::size_t(2));
        recipe = app::withoutOverride(recipe, {"q_proj", 0});
        QCOMPARE(recipe.exclude, std::vector<std::string>{"down_proj"});
    }

    void patternsCountWhatTheyMatch() {
        const core::Plan plan = core::makePlan(test::tinyOutline(2), {}, {});
        QCOMPARE(app::matches(plan, "down_proj"), std::optional(2));
        QCOMPARE(app::matches(plan, "layers\\.0\\."), std::optional(7));
        QCOMPARE(app::matches(plan, "no such"), std::optional(0));
        QCOMPARE(app::matches(plan, "("), std::optional<int>());
        app::OverridesModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.show(app::withOverride({}, {"(q|k)_proj", 3}), plan);
        QCOMPARE(model.index(0, 1).data().toString(), QString("3 bits"));
        QCOMPARE(model.index(0, 2).data().toString(), QString("4"));
    }
};

QTEST_GUILESS_MAIN(RecipeEditsTest)
#include "recipe_edits_test.moc"

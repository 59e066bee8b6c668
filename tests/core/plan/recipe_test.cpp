// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe's JSON form, its options and their checks.
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>

#include "core/plan/recipe.h"
#include "core/plan/recipe_options.h"
#include "core/plan/recipe_presets.h"
#include "core/plan/scale_override.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"

using namespace awq::core;

namespace {

// No option at its default.
Recipe unusualRecipe() {
    Recipe recipe;
    recipe.bits = 3;
    recipe.groupSize = -1;
    recipe.zeroPoint = false;
    recipe.scaleSearch = "none";
    recipe.clipSearch = "none";
    recipe.rounding = "compensated";
    recipe.target = "corrected";
    recipe.refineRounds = 2;
    recipe.calibration = {"/text/ä.jsonl", 7, 99, 1'234'567'890'123, "body", "chatml", "pileval"};
    recipe.exclude = {"down_proj", "layers\\.0\\."};
    recipe.bitsFor = {{"z_proj", 4}, {"a_proj", 3}};
    recipe.overrides = {"model.layers.0.mlp.up_proj=0.4,no-clip"};
    recipe.resultsIn = "in.pt";
    recipe.resultsOut = "out.pt";
    recipe.format = "compressed-tensors";
    recipe.maxShardSize = 1;
    recipe.engine = "reference";
    recipe.memoryLimit = 2;
    recipe.prefetch = 3;
    recipe.device = "cuda:1";
    recipe.dtype = "bfloat16";
    recipe.threads = 4;
    return recipe;
}

const RecipeOption& optionNamed(const std::string& name) {
    return *std::ranges::find(recipeOptions(), name, &RecipeOption::name);
}

Recipe with(const std::string& option, const std::string& text, Recipe recipe = {}) {
    setFromText(recipe, optionNamed(option), text);
    return recipe;
}

Recipe parsed(const char* text) {
    return recipeFromJson(nlohmann::json::parse(awq::test::json(text)));
}

} // namespace

class RecipeTest : public QObject {
    Q_OBJECT

private slots:
    void survivesItsJson() {
        const Recipe recipe = unusualRecipe();
        QVERIFY(recipeFromJson(nlohmann::json::parse(toJson(recipe).dump())) == recipe);
        QVERIFY(recipeFromJson(toJson(Recipe{})) == Recipe{});
    }

    void everyOptionReachesTheJson() {
        const auto usual = toJson(Recipe{}), unusual = toJson(unusualRecipe());
        QCOMPARE(usual.size(), recipeOptions().size());
        for (const RecipeOption& option : recipeOptions())
            if (option.name != "preset")
                QVERIFY2(usual[option.jsonKey()] != unusual[option.jsonKey()], option.name.c_str());
    }

    void overridesSurviveTheirText() {
        for (const ScaleOverride& wanted :
             {ScaleOverride{"a.0.b", 0.425, true, false}, ScaleOverride{"a.0.b", 0.0, false, false},
              ScaleOverride{"a.0.b", std::nullopt, false, false}, ScaleOverride{"a.0.b", std::nullopt, true, true}})
            QVERIFY2(scaleOverrideFromText(toText(wanted)) == wanted, toText(wanted).c_str());
        std::vector<std::string> list{"a.0.b=0.4", "a.1.b=exclude"};
        putOverride(list, {"a.0.b", 0.5, true, false});
        QCOMPARE(list, (std::vector<std::string>{"a.1.b=exclude", "a.0.b=0.5"}));
        QVERIFY(findOverride(list, "1.b")->exclude && !findOverride(list, "2.b"));
        putOverride(list, {"a.1.b", std::nullopt, true, false});
        QCOMPARE(list, std::vector<std::string>{"a.0.b=0.5"});
    }

    void overridesThatMeanNothingAreRefused_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"a.0.b", "=0.4", "a.0.b=", "a.0.b=1.5", "a.0.b=-0.1", "a.0.b=nan", "a.0.b=0.4,clip"})
            QTest::newRow(text) << text;
    }
    void overridesThatMeanNothingAreRefused() {
        QFETCH(QString, text);
        AWQ_EXPECT_ERROR(scaleOverrideFromText(text.toStdString()), ErrorCode::usage, "--override");
        Recipe recipe;
        recipe.overrides = {text.toStdString()};
        AWQ_EXPECT_ERROR(validate(recipe), ErrorCode::usage, "--override");
    }

    void absentKeysKeepTheirDefaults() {
        const Recipe recipe = parsed("{'group_size': 64, 'exclude': ['lm_head']}");
        QCOMPARE(recipe.groupSize, std::int64_t(64));
        QCOMPARE(recipe.exclude, std::vector<std::string>{"lm_head"});
        QCOMPARE(recipe.bits, 4);
    }

    void wrongJsonIsRefusedByKey_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("says");
        QTest::newRow("not an object") << "[]"
                                       << "expected an object";
        QTest::newRow("unknown") << "{'group-size': 64}"
                                 << "unknown key 'group-size'";
        QTest::newRow("text for number") << "{'bits': 'four'}"
                                         << "key bits";
        QTest::newRow("fraction") << "{'bits': 4.5}"
                                  << "a whole number, found 4.5";
        QTest::newRow("range") << "{'bits': 99999999999}"
                               << "out of range";
        QTest::newRow("text for list") << "{'exclude': 'x'}"
                                       << "a list";
        QTest::newRow("list item") << "{'exclude': [1]}"
                                   << "key exclude[0]";
        QTest::newRow("negative seed") << "{'seed': -1}"
                                       << "out of range";
        QTest::newRow("flag") << "{'zero_point': 1}"
                              << "true or false";
    }

    void wrongJsonIsRefusedByKey() {
        QFETCH(QString, json);
        QFETCH(QString, says);
        AWQ_EXPECT_ERROR(parsed(qPrintable(json)), ErrorCode::badInput, says.toStdString());
    }

    void recipeFilesAreNamedInErrors() {
        QTemporaryDir folder;
        const std::string file = folder.path().toStdString() + "/recipe.json";
        awq::test::writeFile(file, awq::test::json("{'bits': 'four'}"));
        AWQ_EXPECT_ERROR(readRecipeFile(file), ErrorCode::badInput, file + ", key bits");
        AWQ_EXPECT_ERROR(readRecipeFile(file + "x"), ErrorCode::badInput, file + "x");
    }

    void optionsAreSetFromText() {
        QCOMPARE(with("group-size", "-1").groupSize, std::int64_t(-1));
        QCOMPARE(with("max-shard-size", "2 GB").maxShardSize, std::int64_t(2'000'000'000));
        QCOMPARE(with("seed", "7").calibration.seed, std::uint64_t(7));
        QVERIFY(!with("zero-point", "false").zeroPoint);
        QCOMPARE(with("exclude", "b", with("exclude", "a")).exclude, (std::vector<std::string>{"a", "b"}));
        const Recipe recipe = with("bits-for", "x=y=3", with("bits-for", "down=8"));
        QCOMPARE(recipe.bitsFor.front(), std::pair(std::string("down"), 8));
        QCOMPARE(recipe.bitsFor.back(), std::pair(std::string("x=y"), 3));
    }

    void wrongTextIsUsage_data() {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("text");
        for (const auto& [option, text] : {std::pair{"bits", "four"},
                                           {"bits", "4.0"},
                                           {"bits", ""},
                                           {"bits", "99999999999"},
                                           {"max-shard-size", "big"},
                                           {"bits-for", "down_proj"},
                                           {"bits-for", "=4"},
                                           {"bits-for", "x=y"},
                                           {"preset", "excellent"},
                                           {"seed", "-3"}})
            QTest::newRow((std::string(option) + " " + text).c_str()) << option << text;
    }

    void wrongTextIsUsage() {
        QFETCH(QString, option);
        QFETCH(QString, text);
        AWQ_EXPECT_ERROR(with(option.toStdString(), text.toStdString()), ErrorCode::usage, "--" + option.toStdString());
    }

    void validRecipesPass() {
        validate(Recipe{});
        validate(unusualRecipe());
        for (const char* format : {"awq-gemm", "llm-awq", "compressed-tensors", "simulated"})
            validate(with("format", format));
        validate(with("bits", "2", with("format", "simulated")));
    }

    void impossibleRecipesAreUsage_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("says");
        QTest::newRow("bits range") << "{'bits': 9, 'format': 'simulated'}"
                                    << "at least 2 and at most 8";
        QTest::newRow("bits of format") << "{'bits': 3}"
                                        << "awq-gemm cannot hold 3-bit weights";
        QTest::newRow("group size") << "{'group_size': 100}"
                                    << "use one of: 128, 64, 32, -1";
        QTest::newRow("whole row in llm-awq") << "{'group_size': -1, 'format': 'llm-awq'}"
                                              << "cannot hold group size -1";
        QTest::newRow("symmetric") << "{'zero_point': false}"
                                   << "always stores zero points";
        QTest::newRow("search") << "{'scale_search': 'magic'}"
                                << "use one of: awq, racing, solved, none";
        QTest::newRow("format") << "{'format': 'gguf'}"
                                << "awq-gemm, llm-awq, compressed-tensors, simulated";
        QTest::newRow("rule") << "{'calibration_rule': 'random'}"
                              << "pack, pileval";
        QTest::newRow("regex") << "{'exclude': ['[a']}"
                               << "'[a' is not a regular expression";
        QTest::newRow("bits-for regex") << "{'bits_for': [{'linears': '(', 'bits': 4}]}"
                                        << "--bits-for";
        QTest::newRow("mixed bits") << "{'bits_for': [{'linears': 'x', 'bits': 3}]}"
                                    << "--bits-for";
        QTest::newRow("samples") << "{'samples': 0}"
                                 << "--samples";
        QTest::newRow("dtype") << "{'dtype': 'int8'}"
                               << "--dtype";
    }

    void impossibleRecipesAreUsage() {
        QFETCH(QString, json);
        QFETCH(QString, says);
        AWQ_EXPECT_ERROR(validate(parsed(qPrintable(json))), ErrorCode::usage, says.toStdString());
    }

    void presetsAreValidRecipes() {
        for (const RecipePreset& preset : recipePresets()) {
            Recipe recipe;
            applyPreset(recipe, preset.name);
            QCOMPARE(recipe.preset, preset.name);
            validate(recipe);
        }
    }

    void presetsComeBeforeOtherKeys() {
        const Recipe recipe = parsed("{'clip_search': 'none', 'preset': 'awq'}");
        QCOMPARE(recipe.clipSearch, std::string("none"));
    }
};

QTEST_GUILESS_MAIN(RecipeTest)
#include "recipe_test.moc"

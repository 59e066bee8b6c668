// SPDX-License-Identifier: GPL-3.0-or-later
// Settings under their several names, in the forms of Transformers 4 and 5, and what is said about wrong ones.
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/model/config.h"
#include "core/model/families/rope_settings.h"
#include "core/model/families/setting_check.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"

using namespace awq;
using core::Config;

class ConfigTest : public QObject {
    Q_OBJECT

    static Config config(const std::string& text) {
        return Config::fromJson(nlohmann::json::parse(test::json(text)), "config.json");
    }

private slots:
    void theFirstNameThatIsSetCounts() {
        const Config settings = config("{'n_embd': 96, 'hidden_size': null, 'n_layer': 3.0}");
        QCOMPARE(settings.integer({"hidden_size", "n_embd"}), std::int64_t(96));
        QCOMPARE(settings.integer({"n_layer"}), std::int64_t(3));
        QCOMPARE(settings.integer({"n_head"}, 5), std::int64_t(5));
        QVERIFY(!settings.has({"hidden_size"}));
    }

    void wrongSettingsAreNamed() {
        const Config settings = config("{'hidden_size': 'wide', 'tie': 1}");
        QVERIFY(test::refused(test::caughtError([&] {
                                  settings.integer({"n_layer", "num_hidden_layers"});
                              }),
                              "'n_layer' or 'num_hidden_layers'"));
        AWQ_EXPECT_ERROR(settings.integer({"hidden_size"}), core::ErrorCode::badInput, "'hidden_size'");
        AWQ_EXPECT_ERROR(settings.boolean({"tie"}, false), core::ErrorCode::badInput, "'tie'");
        AWQ_EXPECT_ERROR(settings.refuse("hidden_size", "no"), core::ErrorCode::badInput, "= \"wide\"");
        AWQ_EXPECT_ERROR(Config::fromJson(nlohmann::json::array(), "x"), core::ErrorCode::badInput, "JSON object");
    }

    void unreadSettingsAreKnown() {
        const Config settings = config("{'a': 1, 'b': null, 'c': false, 'd': {'e': 2}}");
        QCOMPARE(settings.unread(), (std::vector<std::string>{"a", "d"}));
        settings.integer({"a", "z"}, 0);
        QCOMPARE(settings.unread(), (std::vector<std::string>{"d"}));
    }

    void ropeInBothForms() {
        const auto old = core::readRope(config("{'rope_theta': 5e5, 'max_position_embeddings': 1024, 'rope_scaling': "
                                               "{'type': 'linear', 'factor': 2.0}}"),
                                        64);
        const auto renewed =
            core::readRope(config("{'max_position_embeddings': 1024, 'rope_parameters': {'rope_theta': "
                                  "5e5, 'rope_type': 'linear', 'factor': 2.0}}"),
                           64);
        for (const core::RopeSpec& rope : {old, renewed}) {
            QVERIFY(rope.kind == core::RopeKind::linear);
            QCOMPARE(rope.theta, 5e5);
            QCOMPARE(rope.factor, 2.0);
            QCOMPARE(rope.rotaryDim, std::int64_t(64));
        }
    }

    void ropeOnAPartOfTheHead() {
        QCOMPARE(core::readRope(config("{'rotary_pct': 0.25}"), 64).rotaryDim, std::int64_t(16));
        QCOMPARE(core::readRope(config("{'rope_parameters': {'partial_rotary_factor': 0.5}}"), 64).rotaryDim,
                 std::int64_t(32));
    }

    void ropeThatIsNotKnownIsRefused() {
        QVERIFY(
            test::refused(test::caughtError([] { core::readRope(config("{'rope_scaling': {'type': 'xpos'}}"), 64); }),
                          "'type' = \"xpos\""));
        QVERIFY(test::refused(
            test::caughtError([] {
                core::readRope(
                    config("{'rope_scaling': {'type': 'longrope', 'short_factor': [1], 'long_factor': [1]}}"), 64);
            }),
            "short_factor"));
    }

    void settingsThatChangeTheFunctionAreRefused() {
        QVERIFY(
            test::refused(test::caughtError([] { core::unknownSettings(config("{'attn_logit_softcapping': 50.0}")); }),
                          "'attn_logit_softcapping' = 50.0"));
        // Off or neutral.
        QVERIFY(
            core::unknownSettings(config("{'residual_multiplier': 1.0, 'qk_norm': false, 'use_cache': true}")).empty());
        QCOMPARE(core::unknownSettings(config("{'strange': 3, 'attention_dropout': 0.1, 'bos_token_id': 7}")),
                 (std::vector<std::string>{"strange"}));
    }
};

QTEST_GUILESS_MAIN(ConfigTest)
#include "config_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// Token ids of sample texts against those of the reference tokenizers, and texts that must survive the way to ids and
// back.
#include <QtTest>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/text/tokenizer.h"
#include "tests/support/shared_data.h"
#include "tests/support/zoo_models.h"

using namespace awq;
using namespace awq::core;

class TokenizerReferenceTest : public QObject {
    Q_OBJECT

    static nlohmann::json parsed(const std::filesystem::path& path) {
        std::ifstream file(path);
        return nlohmann::json::parse(file);
    }

private slots:
    void idsEqualTheReference_data() { test::addZooModels(); }
    void idsEqualTheReference() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        const auto folder = zoo / model.toStdString();
        const auto tokenizer = loadTokenizer(folder);
        const auto reference = parsed(folder / "reference.json");
        QVERIFY(!reference.at("tokens").empty());
        for (const auto& [text, ids] : reference.at("tokens").items())
            QVERIFY2(tokenizer->encode(text) == ids.get<std::vector<std::int32_t>>(), text.c_str());
    }

    // Emoji, combining marks, right-to-left, line ends, runs of spaces, code, digits, scripts without spaces, exotic
    // spaces, the space marker itself, compatibility characters, control characters. The ids are those of the
    // libraries tokenizers 0.23 and, for SentencePiece models, sentencepiece 0.2.
    void hardTextsEqualTheReference_data() { test::addZooModels(); }
    void hardTextsEqualTheReference() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        const auto tokenizer = loadTokenizer(zoo / model.toStdString());
        const auto reference = parsed(test::sourceDir() / "tests/data/hard_texts.json");
        const auto& ids = reference.at("ids").at(model.toStdString());
        const auto& texts = reference.at("texts");
        QVERIFY(ids.size() == texts.size() && ids.size() > 10);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto text = texts[i].get<std::string>();
            QVERIFY2(tokenizer->encode(text, false) == ids[i].get<std::vector<std::int32_t>>(), text.c_str());
        }
    }

    // Texts of a megabyte are cut into words or lines on the way; the cuts must not show.
    void longTextsAreTheirParts_data() { test::addZooModels(); }
    void longTextsAreTheirParts() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        const auto tokenizer = loadTokenizer(zoo / model.toStdString());
        const std::vector<std::int32_t> word = tokenizer->encode("x same words", false);
        const std::vector<std::int32_t> two = tokenizer->encode("x same words same words", false);
        const std::vector<std::int32_t> repeated(two.begin() + std::ptrdiff_t(word.size()), two.end());
        std::string text = "x same words";
        std::vector<std::int32_t> expected = word;
        for (int i = 0; i < 5000; ++i) {
            text += " same words";
            expected.insert(expected.end(), repeated.begin(), repeated.end());
        }
        QVERIFY(tokenizer->encode(text, false) == expected);
    }

    void addedTokensInsideWords_data() { test::addZooModels(); }
    void addedTokensInsideWords() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        const auto tokenizer = loadTokenizer(zoo / model.toStdString());
        if (tokenizer->info().addedTokens == 0)
            return; // a SentencePiece model whose configuration declares none
        const std::string token = tokenizer->info().eosToken;
        const auto ids = tokenizer->encode("wo" + token + "rd", false);
        QCOMPARE(std::count(ids.begin(), ids.end(), tokenizer->info().eosId.value()), std::ptrdiff_t(1));
        const auto found = std::find(ids.begin(), ids.end(), *tokenizer->info().eosId);
        QCOMPARE(std::vector(ids.begin(), found), tokenizer->encode("wo", false));
        QVERIFY(found + 1 < ids.end());
    }

    void invalidBytesAreReplacedAndCounted_data() { test::addZooModels(); }
    void invalidBytesAreReplacedAndCounted() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        const auto tokenizer = loadTokenizer(zoo / model.toStdString());
        std::int64_t replaced = 0;
        const auto ids = tokenizer->encode("a\xFF b\xE2\x82 c\xED\xA0\x80", false, &replaced);
        QCOMPARE(replaced, std::int64_t(5)); // FF; E2 82; ED, A0, 80 one by one
        const std::string mark = "\uFFFD";
        QVERIFY(ids == tokenizer->encode("a" + mark + " b" + mark + " c" + mark + mark + mark, false));
    }

    void textSurvivesTheRoundTrip_data() { test::addZooModels(); }
    void textSurvivesTheRoundTrip() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        AWQ_REQUIRE_SHARED(wikitext, "data/wikitext-2-raw/wiki.test.raw");
        const auto tokenizer = loadTokenizer(zoo / model.toStdString());
        std::ostringstream all;
        all << std::ifstream(wikitext).rdbuf();
        const std::string hard =
            "emoji \U0001F469\u200D\U0001F680, \u0645\u0631\u062D\u0628\u0627, a\r\nb,    x = {1: [2]};\t12345 ";
        const std::string text = all.str() + hard;
        const auto roundTrip = [&](const std::string& original) {
            return tokenizer->decode(tokenizer->encode(original, false));
        };
        QVERIFY(roundTrip(text) == text);
        const std::string combining = "e\u0301"; // some tokenizers compose it first
        QVERIFY(roundTrip(combining) == combining || roundTrip(combining) == "\u00E9");
    }
};

QTEST_GUILESS_MAIN(TokenizerReferenceTest)
#include "tokenizer_reference_test.moc"

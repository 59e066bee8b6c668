// SPDX-License-Identifier: GPL-3.0-or-later
// Token ids of sample texts against those of the reference tokenizers, and texts that must survive the way to ids and back.
#include <QtTest>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/text/tokenizer.h"
#include "tests/support/shared_data.h"

using namespace awq::core;

class TokenizerReferenceTest : public QObject {
    Q_OBJECT

    static void addModels() {
        QTest::addColumn<QString>("model");
        for (const char* model :
             {"llama2", "llama3", "qwen2", "qwen3", "opt", "bloom", "mpt", "falcon7b", "falcon40b", "gptneox", "gptbigcode", "llava", "internvl3"})
            QTest::newRow(model) << QString(model) + "-tiny";
    }

private slots:
    void idsEqualTheReference_data() { addModels(); }
    void idsEqualTheReference() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        const auto folder = zoo / model.toStdString();
        const auto tokenizer = loadTokenizer(folder);
        std::ifstream file(folder / "reference.json");
        const auto reference = nlohmann::json::parse(file);
        QVERIFY(!reference.at("tokens").empty());
        for (const auto& [text, ids] : reference.at("tokens").items())
            QVERIFY2(tokenizer->encode(text) == ids.get<std::vector<std::int32_t>>(), text.c_str());
    }

    void textSurvivesTheRoundTrip_data() { addModels(); }
    void textSurvivesTheRoundTrip() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        AWQ_REQUIRE_SHARED(wikitext, "data/wikitext-2-raw/wiki.test.raw");
        const auto tokenizer = loadTokenizer(zoo / model.toStdString());
        std::ostringstream all;
        all << std::ifstream(wikitext).rdbuf();
        const std::string hard = "emoji \U0001F469\u200D\U0001F680, \u0645\u0631\u062D\u0628\u0627, a\r\nb,    x = {1: [2]};\t12345 ";
        const std::string text = all.str() + hard;
        const auto roundTrip = [&](const std::string& original) { return tokenizer->decode(tokenizer->encode(original, false)); };
        QVERIFY(roundTrip(text) == text);
        const std::string combining = "e\u0301"; // some tokenizers compose it first
        QVERIFY(roundTrip(combining) == combining || roundTrip(combining) == "\u00E9");
    }
};

QTEST_GUILESS_MAIN(TokenizerReferenceTest)
#include "tokenizer_reference_test.moc"

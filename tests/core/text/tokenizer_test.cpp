// SPDX-License-Identifier: GPL-3.0-or-later
// Tokenizers put together from files: added tokens, normalization, splitting, special tokens, printing, damaged files.
#include <QtTest>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/text/tokenizer.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/tiny_model.h"

using namespace awq;
using namespace awq::core;
namespace fs = std::filesystem;

namespace {

using Ids = std::vector<std::int32_t>;
using Json = nlohmann::json;

Json parsed(const std::string& quoted) {
    return Json::parse(test::json(quoted));
}

// A character-level tokenizer.json with the given members replaced.
Json characters(const std::string& members = "{}") {
    Json json =
        parsed("{'model':{'type':'BPE','unk_token':'?','vocab':{'?':0,'a':1,'b':2,' ':3,'_':4,'<s>':5,'\\u2581':6,"
               "'\\u00e9':7,'1':8,'.':9},'merges':[]}}");
    json.update(parsed(members));
    return json;
}

std::string added(const std::string& content, const std::string& flags) {
    return "{'id':0,'content':'" + content + "','special':false,'normalized':false" + flags + "}";
}

} // namespace

class TokenizerTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    int m_count = 0;

    fs::path folder() { return fs::path(m_dir.path().toStdString()) / std::to_string(m_count++); }

    std::unique_ptr<const Tokenizer> load(const Json& json, const std::string& config = "{}") {
        const fs::path place = folder();
        test::writeFile(place / "tokenizer.json", json.dump());
        test::writeFile(place / "tokenizer_config.json", test::json(config));
        return loadTokenizer(place);
    }

    Ids idsOf(const std::string& members, const std::string& text) { return load(characters(members))->encode(text); }

    std::optional<Error> errorOf(const Json& json) {
        return test::caughtError([&] { load(json); });
    }

private slots:
    void addedTokensAreCutOut() {
        const auto ids = [&](const std::string& flags, const std::string& text) {
            return idsOf("{'added_tokens':[" + added("<s>", flags) + "]}", text);
        };
        QCOMPARE(ids("", "a<s>b"), (Ids{1, 5, 2}));
        QCOMPARE(ids("", " <s> "), (Ids{3, 5, 3}));
        QCOMPARE(ids(",'lstrip':true", "a  <s> b"), (Ids{1, 5, 3, 2}));
        QCOMPARE(ids(",'rstrip':true", "a <s>  b"), (Ids{1, 3, 5, 2}));
        QCOMPARE(ids(",'single_word':true", "a<s>"), (Ids{1, 0, 0, 0}));
        QCOMPARE(ids(",'single_word':true", "a <s>"), (Ids{1, 3, 5}));
    }

    void theLongestAddedTokenWins() {
        const std::string tokens = "{'added_tokens':[" + added("ab", "") + "," + added("abba", "") + "]}";
        QCOMPARE(idsOf(tokens, "abbab"), (Ids{11, 2}));
        QCOMPARE(idsOf(tokens, "abb"), (Ids{10, 2}));
    }

    void normalizedAddedTokensAreSoughtInNormalizedText() {
        const std::string prepend = "'normalizer':{'type':'Prepend','prepend':'_'}";
        const std::string token = "'added_tokens':[{'id':5,'content':'<s>','special':true,'normalized':";
        QCOMPARE(idsOf("{" + prepend + "," + token + "false}]}", "a<s>a"), (Ids{4, 1, 5, 4, 1}));
        QCOMPARE(idsOf("{" + prepend + "," + token + "true}]}", "a<s>a"), (Ids{4, 1, 0, 0, 0, 1}));
    }

    void normalizers() {
        QCOMPARE(idsOf("{'normalizer':{'type':'NFC'}}", "e\u0301a"), (Ids{7, 1}));
        QCOMPARE(idsOf("{'normalizer':{'type':'Lowercase'}}", "AB"), (Ids{1, 2}));
        QCOMPARE(idsOf("{'normalizer':{'type':'Strip','strip_left':true,'strip_right':false}}", " a "), (Ids{1, 3}));
        QCOMPARE(idsOf("{'normalizer':{'type':'Sequence','normalizers':[{'type':'Replace','pattern':{'String':' '},"
                       "'content':'_'},{'type':'Replace','pattern':{'Regex':'a+'},'content':'b'}]}}",
                       "aaa b"),
                 (Ids{2, 4, 2}));
    }

    void longRunsOfMarksNormalizeQuickly() {
        std::string marks = "a";
        for (int i = 0; i < 200'000; ++i)
            marks += i % 2 ? "\u0301" : "\u0323"; // every second one moves to the front
        QCOMPARE(idsOf("{'normalizer':{'type':'NFC'}}", marks).size(), std::size_t(200'000));
    }

    void preTokenizersKeepMergesApart() {
        const std::string model = "'model':{'type':'BPE','vocab':{'a':0,'1':1,'.':2,'aa':3,'11':4,'..':5,'a1':6,'1.':7,"
                                  "'\\u2581':8,'\\u2581a':9},'merges':['a a','1 1','. .','a 1','1 .','\\u2581 a']}";
        const auto ids = [&](const std::string& pre, const std::string& text) {
            return load(parsed("{" + model + ",'pre_tokenizer':" + pre + "}"))->encode(text);
        };
        QCOMPARE(ids("null", "a1."), (Ids{6, 2}));
        QCOMPARE(ids("{'type':'Digits','individual_digits':false}", "a11."), (Ids{0, 4, 2}));
        QCOMPARE(ids("{'type':'Digits','individual_digits':true}", "a11."), (Ids{0, 1, 1, 2}));
        QCOMPARE(ids("{'type':'Punctuation','behavior':'Contiguous'}", "1.."), (Ids{1, 5}));
        QCOMPARE(ids("{'type':'Punctuation','behavior':'MergedWithPrevious'}", "1.."), (Ids{7, 2}));
        QCOMPARE(ids("{'type':'Punctuation','behavior':'MergedWithNext'}", "a..1"), (Ids{0, 2, 2, 1}));
        QCOMPARE(ids("{'type':'Punctuation','behavior':'Removed'}", "a.1"), (Ids{0, 1}));
        QCOMPARE(ids("{'type':'Split','pattern':{'Regex':'[0-9]'},'behavior':'Removed','invert':true}", "a1.1"),
                 (Ids{1, 1}));
        QCOMPARE(ids("{'type':'Metaspace','replacement':'\\u2581','prepend_scheme':'always'}", "a a"), (Ids{9, 9}));
        QCOMPARE(ids("{'type':'Metaspace','replacement':'\\u2581','prepend_scheme':'never'}", "a a"), (Ids{0, 9}));
    }

    // Digits after ByteLevel sees the byte alphabet, in which byte BC is the fraction one quarter, a number.
    void laterStagesSeeTheByteAlphabet() {
        const std::string model =
            "'model':{'type':'BPE','vocab':{'\\u00d0':0,'\\u00bc':1,'\\u00d0\\u00bc':2},'merges':["
            "'\\u00d0 \\u00bc']}";
        const std::string byteLevel = "{'type':'ByteLevel','add_prefix_space':false,'use_regex':true}";
        QCOMPARE(load(parsed("{" + model + ",'pre_tokenizer':" + byteLevel + "}"))->encode("\u043c"), (Ids{2}));
        QCOMPARE(load(parsed("{" + model + ",'pre_tokenizer':{'type':'Sequence','pretokenizers':[" + byteLevel +
                             ",{'type':'Digits','individual_digits':false}]}}"))
                     ->encode("\u043c"),
                 (Ids{0, 1}));
    }

    void bytesThatAreNotUtf8AreReplacedAndCounted() {
        const fs::path place = folder();
        test::writeTinyTokenizer(place);
        const auto tokenizer = loadTokenizer(place);
        std::int64_t replaced = 0;
        const Ids ids = tokenizer->encode("a\xff\xe2\x82z\xc0", false, &replaced);
        QCOMPARE(replaced, std::int64_t(3));
        QCOMPARE(tokenizer->decode(ids), std::string("a\uFFFD\uFFFDz\uFFFD"));
    }

    void specialTokensFollowTemplateAndConfiguration() {
        const std::string frame =
            "{'post_processor':{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'<s>'}},"
            "{'Sequence':{'id':'A'}}],'special_tokens':{'<s>':{'id':'<s>','ids':[5]}}}}";
        QCOMPARE(load(characters(frame))->encode("a"), (Ids{5, 1}));
        QCOMPARE(load(characters(frame))->encode("a", false), (Ids{1}));
        QCOMPARE(load(characters(frame), "{'add_bos_token':false,'bos_token':'<s>'}")->encode("a"), (Ids{1}));
        QCOMPARE(load(characters(), "{'tokenizer_class':'LlamaTokenizerFast','bos_token':'<s>'}")->encode("a"),
                 (Ids{5, 1}));
        QCOMPARE(load(characters(), "{'add_bos_token':true,'add_eos_token':true,'bos_token':{'content':'<s>'},"
                                    "'eos_token':'_'}")
                     ->encode("a"),
                 (Ids{5, 1, 4}));
        const auto roberta =
            characters("{'post_processor':{'type':'RobertaProcessing','cls':['<s>',5],'sep':['_',4]}}");
        QCOMPARE(load(roberta)->encode("a"), (Ids{5, 1, 4}));
    }

    void configurationOverrulesFlagsOfAddedTokens() {
        const std::string config = "{'added_tokens_decoder':{'5':{'content':'<s>','lstrip':true,'special':true}}}";
        const auto tokenizer = load(characters("{'added_tokens':[" + added("<s>", "") + "]}"), config);
        QCOMPARE(tokenizer->encode("a <s>"), (Ids{1, 5}));
        QCOMPARE(tokenizer->decode(Ids{1, 5}, true), std::string("a"));
    }

    void decodersMakeText() {
        const auto text = [&](const std::string& decoder, const std::string& vocab, const Ids& ids) {
            return load(parsed("{'model':{'type':'BPE','vocab':" + vocab + ",'merges':[]},'decoder':" + decoder + "}"))
                ->decode(ids);
        };
        QCOMPARE(text("null", "{'a':0,'b':1}", {0, 1}), std::string("a b"));
        QCOMPARE(text("{'type':'Fuse'}", "{'a':0,'b':1}", {0, 1}), std::string("ab"));
        QCOMPARE(text("{'type':'Metaspace','replacement':'_','prepend_scheme':'always'}", "{'_a':0}", {0, 0}),
                 std::string("a a"));
        const std::string bytes = "{'<0xC3>':0,'<0xA9>':1,'a':2}";
        QCOMPARE(text("{'type':'ByteFallback'}", bytes, {0, 1, 2}), std::string("\u00e9a"));
        QCOMPARE(text("{'type':'ByteFallback'}", bytes, {0, 0, 2}), std::string("\uFFFD\uFFFDa"));
        QCOMPARE(
            text("{'type':'Sequence','decoders':[{'type':'Fuse'},{'type':'Strip','content':'a','start':1,'stop':0}]}",
                 "{'aa':0}", {0, 0, 77}),
            std::string("aaa"));
    }

    void textIsPrintedCharacterByCharacter() {
        const fs::path place = folder();
        test::writeTinyTokenizer(place);
        const auto tokenizer = loadTokenizer(place);
        const std::string text = "na\u00efve \U0001F642 caf\u00e9, \u6771\u4eac";
        StreamDecoder stream(*tokenizer);
        std::string printed;
        for (const std::int32_t id : tokenizer->encode(text)) {
            const std::string fresh = stream.push(id);
            QVERIFY(fresh.find("\uFFFD") == std::string::npos);
            printed += fresh;
        }
        printed += stream.finish();
        QCOMPARE(printed, text);
    }

    void unfinishedCharactersAreHeldBackButNotForEver() {
        const fs::path place = folder();
        test::writeTinyTokenizer(place);
        const auto tokenizer = loadTokenizer(place);
        const std::int32_t lead = tokenizer->encode("\U0001F642", false).front();
        StreamDecoder stream(*tokenizer);
        QCOMPARE(stream.push(lead), std::string());
        QCOMPARE(stream.finish(), std::string("\uFFFD"));
        StreamDecoder other(*tokenizer);
        std::string printed;
        for (int i = 0; i < 20; ++i)
            printed += other.push(lead);
        QVERIFY(printed.size() >= 3 * 16);
    }

    void manyThreadsGetTheSameIds() {
        const fs::path place = folder();
        test::writeTinyTokenizer(place);
        const auto tokenizer = loadTokenizer(place);
        const std::string text = test::tinyText(20'000);
        const Ids expected = tokenizer->encode(text);
        std::vector<Ids> results(8);
        std::vector<std::thread> threads;
        for (Ids& result : results)
            threads.emplace_back([&] { result = tokenizer->encode(text); });
        for (std::thread& thread : threads)
            thread.join();
        for (const Ids& result : results)
            QCOMPARE(result, expected);
    }

    void vocabularyAndEmbeddingMustFit() {
        const auto tokenizer = load(characters("{'added_tokens':[" + added("new", "") + "]}"));
        QCOMPARE(tokenizer->vocabSize(), 11);
        checkFits(*tokenizer, 10); // the added token lies beyond, and may
        QVERIFY(test::refused(test::caughtError([&] { checkFits(*tokenizer, 9); }), "ids up to 9"));
        QVERIFY(test::refused(test::caughtError([&] { checkIds(Ids{1, 9}, 9, "here"); }), "token id 9 at position 1"));
    }

    void vocabAndMergesFilesMakeAByteLevelTokenizer() {
        const fs::path place = folder();
        test::writeFile(place / "vocab.json", test::json("{'a':0,'b':1,'\u0120':2,'ab':3,'\u0120ab':4,'</s>':5}"));
        test::writeFile(place / "merges.txt", "#version: 0.2\na b\n\u0120 ab\n");
        test::writeFile(place / "tokenizer_config.json",
                        test::json("{'tokenizer_class':'GPT2Tokenizer','bos_token':'</s>','add_bos_token':true}"));
        const auto tokenizer = loadTokenizer(place);
        QCOMPARE(tokenizer->encode("ab ab</s>"), (Ids{5, 3, 4, 5}));
        QCOMPARE(tokenizer->decode(Ids{3, 4, 5}), std::string("ab ab</s>"));
        test::writeFile(place / "merges.txt", "a b\nab\n");
        QVERIFY(test::refused(test::caughtError([&] { loadTokenizer(place); }), "merges.txt, line 2"));
    }

    void damagedFilesAreRefusedByPlace() {
        QVERIFY(test::refused(test::caughtError([&] { loadTokenizer(folder()); }), "no tokenizer"));
        const fs::path place = folder();
        test::writeFile(place / "tokenizer.json", "{\"model\": ");
        QVERIFY(test::refused(test::caughtError([&] { loadTokenizer(place); }), "tokenizer.json, offset"));
        test::writeFile(place / "tokenizer.json", "[]");
        QVERIFY(test::caughtError([&] { loadTokenizer(place); }).has_value());
        QVERIFY(test::refused(errorOf(parsed("{}")), "'model' is missing"));
        for (const char* type : {"Unigram", "WordPiece", "WordLevel"})
            QVERIFY(test::refused(errorOf(Json{{"model", {{"type", type}}}}), type));
        const auto refusedPart = [&](const std::string& members, const char* text) {
            return test::refused(errorOf(characters(members)), text);
        };
        QVERIFY(refusedPart("{'normalizer':{'type':'Precompiled'}}", "Precompiled"));
        QVERIFY(refusedPart("{'pre_tokenizer':{'type':'BertPreTokenizer'}}", "BertPreTokenizer"));
        QVERIFY(refusedPart("{'post_processor':{'type':'BertProcessing'}}", "BertProcessing"));
        QVERIFY(refusedPart("{'decoder':{'type':'CTC'}}", "CTC"));
        QVERIFY(refusedPart("{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'('},'behavior':'Isolated'}}",
                            "pre_tokenizer.pattern"));
        QVERIFY(refusedPart("{'pre_tokenizer':{'type':'Split','pattern':{'Regex':'a'},'behavior':'Odd'}}", "'Odd'"));
    }

    void deepNestingIsRefused() {
        Json nested{{"type", "NFC"}};
        for (int i = 0; i < 40; ++i)
            nested = {{"type", "Sequence"}, {"normalizers", Json::array({nested})}};
        Json json = characters();
        json["normalizer"] = nested;
        QVERIFY(test::refused(errorOf(json), "nested"));
    }

    void sentencePieceModelsNeedAModelFile() {
        const fs::path place = folder();
        test::writeFile(place / "tokenizer.model", "not a model");
        QVERIFY(test::refused(test::caughtError([&] { loadTokenizer(place); }), "tokenizer.model"));
    }

    void sentencePieceCutsDeclaredTokens() {
        AWQ_REQUIRE_SHARED(model, "zoo/llama2-tiny/tokenizer.model");
        const auto load = [&](const std::string& config) {
            const fs::path place = folder();
            fs::create_directories(place);
            fs::copy_file(model, place / "tokenizer.model");
            test::writeFile(place / "tokenizer_config.json", test::json(config));
            return loadTokenizer(place);
        };
        const std::string tokens = ",'added_tokens_decoder':{'1':{'content':'<s>','special':true},"
                                   "'2':{'content':'</s>','special':true}}}";
        const auto legacy = load("{'legacy':true" + tokens), modern = load("{'legacy':false" + tokens);
        const std::int32_t space = legacy->encode("", false).empty() ? *legacy->tokenId("\u2581") : -1;
        const Ids dot = legacy->encode(".", false); // a prefix space and the dot
        QCOMPARE(dot.size(), std::size_t(2));
        QCOMPARE(dot.front(), space);
        QCOMPARE(legacy->encode("a</s>.", false), (Ids{legacy->encode("a", false).front(), 2, dot[0], dot[1]}));
        QCOMPARE(modern->encode("a</s>.", false), (Ids{modern->encode("a", false).front(), 2, dot[1]}));
        QCOMPARE(modern->encode("</s>.", false), (Ids{2, dot[1]}));
        QCOMPARE(legacy->encode("a").front(), 1);
        QCOMPARE(load("{'legacy':true,'bos_token':'<s>'}")->encode("</s>", false).size(), std::size_t(5)); // plain text
        const std::string text = "  two  spaces and \u6771\u4eac \U0001F642";
        QCOMPARE(legacy->decode(legacy->encode(text), true), text);
    }
};

QTEST_GUILESS_MAIN(TokenizerTest)
#include "tokenizer_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// The BPE model: order of merges, unknown characters, byte fallback, malformed files.
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/text/bpe.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"

using namespace awq;
using namespace awq::core;

namespace {

using Ids = std::vector<std::int32_t>;

Bpe bpe(const std::string& quoted) {
    return Bpe::fromJson(nlohmann::json::parse(test::json(quoted)), "model");
}

Ids encode(const Bpe& model, const std::string& piece) {
    Bpe::Workspace workspace;
    Ids ids;
    model.encode(piece, workspace, ids);
    return ids;
}

std::string refusal(const std::string& quoted) {
    return test::textOf(test::caughtError([&] { bpe(quoted); }));
}

// The plain definition: merge the leftmost pair of the lowest rank until none is left. `merges` by rank.
std::vector<std::string> mergedSlowly(const std::string& text, const MergeList& merges) {
    std::vector<std::string> parts;
    for (const char c : text)
        parts.emplace_back(1, c);
    for (;;) {
        std::size_t bestRank = merges.size(), bestAt = 0;
        for (std::size_t i = 0; i + 1 < parts.size(); ++i)
            for (std::size_t rank = 0; rank < bestRank; ++rank)
                if (merges[rank].first == parts[i] && merges[rank].second == parts[i + 1]) {
                    bestRank = rank;
                    bestAt = i;
                }
        if (bestRank == merges.size())
            return parts;
        parts[bestAt] += parts[bestAt + 1];
        parts.erase(parts.begin() + std::ptrdiff_t(bestAt) + 1);
    }
}

} // namespace

class BpeTest : public QObject {
    Q_OBJECT

private slots:
    void lowestRankMergesFirst() {
        const Bpe model = bpe("{'vocab':{'a':0,'b':1,'c':2,'ab':3,'bc':4},'merges':['b c','a b']}");
        QCOMPARE(encode(model, "abc"), (Ids{0, 4}));
        QCOMPARE(encode(model, "ab"), (Ids{3}));
        QCOMPARE(encode(model, ""), Ids{});
    }

    void mergesMayBeListsOfTwo() {
        const Bpe model = bpe("{'vocab':{'a':0,' ':1,'a ':2},'merges':[['a',' ']]}");
        QCOMPARE(encode(model, "a "), (Ids{2}));
    }

    void ofDuplicateMergesTheLaterCounts() {
        const Bpe model = bpe("{'vocab':{'a':0,'b':1,'c':2,'ab':3,'bc':4},'merges':['a b','b c','a b']}");
        QCOMPARE(encode(model, "abc"), (Ids{0, 4}));
    }

    void charactersWithoutATokenAreDroppedOrUnknown() {
        QCOMPARE(encode(bpe("{'vocab':{'a':0},'merges':[]}"), "axxa"), (Ids{0, 0}));
        QCOMPARE(encode(bpe("{'vocab':{'a':0,'?':1},'unk_token':'?','merges':[]}"), "axxa"), (Ids{0, 1, 1, 0}));
        QCOMPARE(encode(bpe("{'vocab':{'a':0,'?':1},'unk_token':'?','fuse_unk':true,'merges':[]}"), "axxa"),
                 (Ids{0, 1, 0}));
    }

    void bytesOvertakeAWaitingUnknownToken() {
        const Bpe model =
            bpe("{'vocab':{'<unk>':0,'<0x58>':1,'a':2},'unk_token':'<unk>','byte_fallback':true,'merges':[]}");
        QCOMPARE(encode(model, "YX"), (Ids{1, 0}));
        QCOMPARE(encode(model, "YaX"), (Ids{0, 2, 1}));
    }

    void wholePiecesComeBeforeMergesWhenAsked() {
        const std::string model = "{'vocab':{'a':0,'b':1,'ab':2,'abb':3},'merges':['a b'],'ignore_merges':";
        QCOMPARE(encode(bpe(model + "true}"), "abb"), (Ids{3}));
        QCOMPARE(encode(bpe(model + "false}"), "abb"), (Ids{2, 1}));
    }

    void prefixAndSuffixMarkThePosition() {
        const Bpe model = bpe("{'vocab':{'a':0,'##b':1,'##b</w>':2,'ab</w>':3},'continuing_subword_prefix':'##',"
                              "'end_of_word_suffix':'</w>','merges':['a ##b</w>']}");
        QCOMPARE(encode(model, "ab"), (Ids{3}));
        QCOMPARE(encode(model, "abb"), (Ids{0, 1, 2}));
    }

    // Long pieces are cut where no merge can reach across; the ids must not depend on that.
    void longPiecesEqualThePlainDefinition() {
        const MergeList merges{{"a", "b"}, {"ab", "a"}, {"b", "c"},  {"aba", "b"},
                               {"c", "c"}, {"cc", "a"}, {"bc", "cc"}};
        nlohmann::json vocab{{"a", 0}, {"b", 1}, {"c", 2}, {"d", 3}};
        std::int32_t next = 4;
        for (const auto& [left, right] : merges)
            vocab[left + right] = next++;
        const Bpe model(Vocabulary::fromJson(vocab, "vocab"), merges, {}, "model");
        std::uint32_t state = 7;
        for (const std::size_t length : {1u, 10u, 63u, 64u, 65u, 300u}) {
            std::string text;
            while (text.size() < length)
                text.push_back("abcd"[(state = state * 1664525u + 1013904223u) >> 30]);
            Ids expected;
            for (const std::string& part : mergedSlowly(text, merges))
                expected.push_back(vocab.at(part).get<std::int32_t>());
            QCOMPARE(encode(model, text), expected);
        }
    }

    void malformedModelsAreRefusedByPlace() {
        const auto says = [](const std::string& model, const char* text) {
            const std::string said = refusal(model);
            if (said.find(text) == std::string::npos)
                qWarning("expected '%s' in: %s", text, said.c_str());
            return said.find(text) != std::string::npos;
        };
        QVERIFY(says("{'vocab':{'a':0,'b':1},'merges':['a b']}", "'ab', is not in the vocabulary"));
        QVERIFY(says("{'vocab':{'a':0,'b':1},'merges':['a b']}", "model.merges[0]"));
        QVERIFY(says("{'vocab':{'a':0},'merges':['a x']}", "the right part"));
        QVERIFY(says("{'vocab':{'a':0},'merges':['a']}", "model.merges[0]"));
        QVERIFY(says("{'vocab':{'a':0},'merges':[7]}", "model.merges[0]"));
        QVERIFY(says("{'vocab':{'a':0},'merges':[['','a']]}", "empty"));
        QVERIFY(says("{'vocab':{'a':-1},'merges':[]}", "token 'a'"));
        QVERIFY(says("{'vocab':{'a':99999999999},'merges':[]}", "out of range"));
        QVERIFY(says("{'vocab':{'a':'x'},'merges':[]}", "a whole number"));
        QVERIFY(says("{'merges':[]}", "'vocab' is missing"));
        QVERIFY(says("{'vocab':{'a':0}}", "'merges' is missing"));
        QVERIFY(says("{'vocab':{'a':0},'merges':[],'unk_token':'?'}", "the unknown token '?'"));
        QVERIFY(says("{'vocab':{'a':0},'merges':[],'dropout':0.1}", "dropout"));
    }
};

QTEST_GUILESS_MAIN(BpeTest)
#include "bpe_test.moc"

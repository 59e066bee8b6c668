// SPDX-License-Identifier: GPL-3.0-or-later
// Calibration sets by both rules, evaluation windows, chats, numpy's permutation.
#include <QtTest>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <numeric>

#include "core/text/calibration.h"
#include "core/text/chat_format.h"
#include "core/text/numpy_permutation.h"
#include "core/text/text_windows.h"
#include "core/text/tokenizer.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"

using namespace awq;
using namespace awq::core;
namespace fs = std::filesystem;

namespace {

using Ids = std::vector<std::int32_t>;

constexpr std::int64_t vocabulary = 272;

Ids slice(const Ids& ids, std::size_t begin, std::size_t end) {
    return {ids.begin() + std::ptrdiff_t(begin), ids.begin() + std::ptrdiff_t(end)};
}

void append(Ids& ids, const Ids& more) {
    ids.insert(ids.end(), more.begin(), more.end());
}

template <typename T>
std::string idFile(const char* tensor, const char* dtype, const std::vector<T>& ids, int windows) {
    std::string data(ids.size() * sizeof(T), '\0');
    std::memcpy(data.data(), ids.data(), data.size());
    return test::safetensorsBytes(test::json("{'" + std::string(tensor) + "':{'dtype':'" + dtype + "','shape':[" +
                                             std::to_string(windows) + "," +
                                             std::to_string(ids.size() / std::size_t(windows)) +
                                             "],'data_offsets':[0," + std::to_string(data.size()) + "]}}"),
                                  data);
}

} // namespace

class CalibrationTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_model;
    std::unique_ptr<const Tokenizer> m_tokenizer;

    fs::path write(const std::string& name, const std::string& bytes) {
        return test::writeFile(fs::path(m_dir.path().toStdString()) / name, bytes);
    }

    // Documents of growing length, some twice, some empty.
    const std::vector<std::string> m_texts{"one",  "  two words \n",         "three more words",     "one",
                                           "\x1c", "a much longer document", "and another document", "the end"};

    fs::path documents() {
        std::string lines;
        for (const std::string& text : m_texts)
            lines += test::json("{'text':'") +
                     (text == "\x1c" ? std::string("\\u001c")
                                     : QString::fromStdString(text).replace("\n", "\\n").toStdString()) +
                     test::json("'}\n");
        return write("documents.jsonl", lines);
    }

    CalibrationOptions options(const fs::path& source, std::int64_t samples, std::int64_t length) {
        CalibrationOptions result;
        result.source = source.string();
        result.samples = samples;
        result.sequenceLength = length;
        return result;
    }

    bool refused(const CalibrationOptions& options, const char* text, std::int64_t rows = vocabulary) {
        return test::refused(test::caughtError([&] { buildCalibration(options, m_model, rows); }), text);
    }

private slots:
    void initTestCase() {
        m_model = fs::path(m_dir.path().toStdString()) / "model";
        test::writeTinyTokenizer(m_model);
        m_tokenizer = loadTokenizer(m_model);
    }

    void permutationEqualsNumpys() {
        QCOMPARE(numpyPermutation(42, 10).front(), std::int64_t(5));
        const auto first = [](std::uint64_t seed, std::int64_t count) {
            auto order = numpyPermutation(seed, count);
            order.resize(6);
            return order;
        };
        QCOMPARE(first(42, 10), (std::vector<std::int64_t>{5, 6, 0, 7, 3, 2}));
        QCOMPARE(first(42, 214670), (std::vector<std::int64_t>{148233, 143250, 54461, 160944, 92300, 213774}));
        auto all = numpyPermutation(7, 1000);
        std::sort(all.begin(), all.end());
        std::vector<std::int64_t> expected(1000);
        std::iota(expected.begin(), expected.end(), 0);
        QCOMPARE(all, expected);
        QVERIFY(numpyPermutation(1, 0).empty());
        QCOMPARE(numpyPermutation(1, 1), std::vector<std::int64_t>{0});
    }

    void packTakesDocumentsInShuffledOrder() {
        Ids stream;
        for (const std::int64_t index : numpyPermutation(42, std::int64_t(m_texts.size())))
            append(stream, m_tokenizer->encode(m_texts[std::size_t(index)]));
        const CalibrationSet set = buildCalibration(options(documents(), 1000, 16), m_model, vocabulary);
        QCOMPARE(set.windows, std::int64_t(stream.size() / 16));
        QCOMPARE(set.ids, slice(stream, 0, stream.size() / 16 * 16));
        QCOMPARE(set.tokens, std::int64_t(stream.size()));
        QCOMPARE(set.tokensCut, std::int64_t(stream.size() % 16));
        QCOMPARE(set.documents, std::int64_t(m_texts.size()));
        QCOMPARE(set.documentsUsed, std::int64_t(m_texts.size()));
        QCOMPARE(set.duplicates, std::int64_t(1));
        QVERIFY(!set.preview.empty());
        QVERIFY(set.notes().size() >= 2);
    }

    void packStopsWhenThereIsEnough() {
        const CalibrationSet set = buildCalibration(options(documents(), 1, 16), m_model, vocabulary);
        QCOMPARE(set.windows, std::int64_t(1));
        QVERIFY(set.documentsUsed < set.documents);
    }

    void seedAndTextDecideTheHash() {
        CalibrationOptions asked = options(documents(), 2, 16);
        const std::string hash = buildCalibration(asked, m_model, vocabulary).hash;
        QCOMPARE(buildCalibration(asked, m_model, vocabulary).hash, hash);
        asked.seed = 43;
        QVERIFY(buildCalibration(asked, m_model, vocabulary).hash != hash);
    }

    void pilevalStripsAndLeavesOutLongTexts() {
        CalibrationOptions asked = options(documents(), 100, 16);
        asked.rule = "pileval";
        Ids stream;
        std::int64_t tooLong = 0;
        for (const std::int64_t index : numpyPermutation(42, std::int64_t(m_texts.size()))) {
            std::string text = m_texts[std::size_t(index)];
            text = text == "\x1c" ? "" : QString::fromStdString(text).trimmed().toStdString();
            const Ids ids = m_tokenizer->encode(text);
            if (ids.size() > 16)
                ++tooLong;
            else
                append(stream, ids);
        }
        QVERIFY(tooLong > 0);
        const CalibrationSet set = buildCalibration(asked, m_model, vocabulary);
        QCOMPARE(set.documentsTooLong, tooLong);
        QCOMPARE(set.ids, slice(stream, 0, stream.size() / 16 * 16));
    }

    void idFilesAreUsedAsTheyAre() {
        const fs::path narrow =
            write("i32.safetensors", idFile<std::int32_t>("calib_ids", "I32", {1, 2, 3, 4, 5, 6}, 2));
        const fs::path wide = write("i64.safetensors", idFile<std::int64_t>("calib_ids", "I64", {1, 2, 3, 4, 5, 6}, 2));
        for (const fs::path& file : {narrow, wide}) {
            const CalibrationSet set = buildCalibration(options(file, 128, 512), m_model, vocabulary);
            QCOMPARE(set.ids, (Ids{1, 2, 3, 4, 5, 6}));
            QCOMPARE(set.windows, std::int64_t(2));
            QCOMPARE(set.length, std::int64_t(3));
        }
        QVERIFY(refused(options(narrow, 1, 2), "token id 5", 5));
        QVERIFY(refused(options(write("x.safetensors", idFile<std::int32_t>("other", "I32", {1, 2}, 1)), 1, 2),
                        "calib_ids"));
        QVERIFY(refused(options(write("f.safetensors", idFile<float>("calib_ids", "F32", {1, 2}, 1)), 1, 2),
                        "int32 or int64"));
    }

    void tooLittleTextIsRefusedWithItsSize() {
        QVERIFY(refused(options(write("short.txt", "abc"), 1, 512), "fewer than one window of 512"));
        QVERIFY(refused(options(write("short.txt", "abc"), 1, 2), "embedding has 100", 100));
    }

    void windowsFollowEachOther() {
        const std::string text = test::tinyText(400);
        TextWindows asked;
        asked.text = write("eval.txt", text);
        asked.window = 32;
        const Ids all = m_tokenizer->encode(text + "\n\n");
        const WindowedIds windows = makeWindows(asked, m_model, vocabulary);
        QCOMPARE(windows.windows, std::int64_t(all.size() / 32));
        QCOMPARE(windows.ids, slice(all, 0, all.size() / 32 * 32));
        QCOMPARE(windows.scoredFrom, std::vector<std::int64_t>(all.size() / 32, 1));
        asked.specialTokens = false;
        QCOMPARE(makeWindows(asked, m_model, vocabulary).ids.front(), all[1]);
        asked.maxTokens = 40;
        QCOMPARE(makeWindows(asked, m_model, vocabulary).windows, std::int64_t(1));
        asked.window = 64;
        QVERIFY(test::refused(test::caughtError([&] { makeWindows(asked, m_model, vocabulary); }), "only 40 tokens"));
    }

    void stridesOverlap() {
        const std::string text = test::tinyText(400);
        TextWindows asked;
        asked.text = write("eval.txt", text);
        asked.window = 32;
        asked.stride = 8;
        const Ids all = m_tokenizer->encode(text + "\n\n");
        const WindowedIds windows = makeWindows(asked, m_model, vocabulary);
        QCOMPARE(windows.windows, std::int64_t((all.size() - 32) / 8 + 1));
        QCOMPARE(slice(windows.ids, 32, 64), slice(all, 8, 40));
        QCOMPARE(windows.scoredFrom[0], std::int64_t(1));
        QCOMPARE(windows.scoredFrom[1], std::int64_t(24));
        asked.stride = 33;
        AWQ_EXPECT_ERROR(makeWindows(asked, m_model, vocabulary), ErrorCode::usage, "stride");
    }

    void documentsAreJoinedByBlankLines() {
        TextWindows asked;
        asked.text = write("two.jsonl", test::json("{'text':'ab'}\n{'text':'cd'}\n"));
        asked.window = 4;
        const Ids all = m_tokenizer->encode("ab\n\ncd\n\n");
        QCOMPARE(makeWindows(asked, m_model, vocabulary).ids, slice(all, 0, all.size() / 4 * 4));
    }

    void protocolsOfPublishedFigures() {
        TextWindows asked;
        asked.text = write("two.jsonl", test::json("{'text':'ab cd ef'}\n{'text':'gh ij kl mn'}\n"));
        asked.window = 8;
        const Ids all = m_tokenizer->encode("ab cd ef\n\ngh ij kl mn"); // no blank line at the end
        asked.protocol = "llm-awq";
        const WindowedIds plain = makeWindows(asked, m_model, vocabulary);
        QCOMPARE(plain.tokens, std::int64_t(all.size()));
        QCOMPARE(plain.ids, slice(all, 0, all.size() / 8 * 8));
        QCOMPARE(plain.scoredFrom, std::vector<std::int64_t>(all.size() / 8, 1));
        asked.protocol = "llama.cpp";
        const WindowedIds chunks = makeWindows(asked, m_model, vocabulary);
        QVERIFY(chunks.windows >= 2);
        QCOMPARE(chunks.scoredFrom[1], std::int64_t(5));
        QCOMPARE(chunks.ids[8], std::int32_t(test::tinyBosId));
        QCOMPARE(slice(chunks.ids, 9, 16), slice(all, 9, 16));
        asked.stride = 4;
        AWQ_EXPECT_ERROR(makeWindows(asked, m_model, vocabulary), ErrorCode::usage, "do not overlap");
        asked.protocol = "other";
        AWQ_EXPECT_ERROR(makeWindows(asked, m_model, vocabulary), ErrorCode::usage, "unknown protocol");
    }

    void chatFormatsAreRecognised() {
        QCOMPARE(detectChatFormat("{{'<|im_start|>' + message['role']}}"), std::string("chatml"));
        QCOMPARE(detectChatFormat("'<|start_header_id|>' + message['role']"), std::string("llama-3"));
        QCOMPARE(detectChatFormat("<<SYS>> [INST]"), std::string("llama-2"));
        QCOMPARE(detectChatFormat("[INST] + message"), std::string("mistral"));
        QCOMPARE(detectChatFormat("'USER: ' + message"), std::string("vicuna"));
        QCOMPARE(detectChatFormat("something else"), std::string());
    }

    void chatsAreWrappedTexts() {
        Ids expected{test::tinyBosId};
        append(expected, m_tokenizer->encode("[INST] hi [/INST]", false));
        QCOMPARE(encodeChat("mistral", *m_tokenizer, "hi"), expected);
        QCOMPARE(encodeChat("chatml", *m_tokenizer, "hi"),
                 m_tokenizer->encode("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", false));
        QVERIFY(test::refused(test::caughtError([&] { encodeChat("auto", *m_tokenizer, "hi"); }), "no chat template"));
        AWQ_EXPECT_ERROR(encodeChat("odd", *m_tokenizer, "hi"), ErrorCode::usage, "'odd'");
        CalibrationOptions asked = options(write("chat.jsonl", test::json("{'text':'hi'}\n")), 10, 8);
        asked.chatTemplate = "mistral";
        QCOMPARE(buildCalibration(asked, m_model, vocabulary).ids, slice(expected, 0, expected.size() / 8 * 8));
    }
};

QTEST_GUILESS_MAIN(CalibrationTest)
#include "calibration_test.moc"

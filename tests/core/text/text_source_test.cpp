// SPDX-License-Identifier: GPL-3.0-or-later
// Documents of text files of every kind, and the refusal of damaged ones.
#include <QtTest>

#include <filesystem>
#include <zlib.h>
#include <zstd.h>

#include "core/text/text_source.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"

using namespace awq;
using namespace awq::core;
namespace fs = std::filesystem;

namespace {

std::string gzipped(const std::string& text) {
    std::string out(compressBound(text.size()) + 64, '\0');
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = uInt(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = uInt(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstandard(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

// Text that does not compress to nothing, so that a cut archive has a cut body.
std::string noise(std::size_t bytes) {
    std::string text;
    std::uint32_t state = 1;
    while (text.size() < bytes)
        text.push_back(char('a' + ((state = state * 1664525u + 1013904223u) >> 24) % 26));
    return text;
}

} // namespace

class TextSourceTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    fs::path write(const std::string& name, const std::string& bytes) {
        return test::writeFile(fs::path(m_dir.path().toStdString()) / name, bytes);
    }

    struct Read {
        std::vector<std::string> texts;
        std::vector<std::int64_t> records;
        TextReport report;
    };

    Read readFile(const fs::path& file, const std::string& field = "text") {
        Read read;
        read.report = readDocuments(file, field, [&](std::string&& text, std::int64_t record) {
            read.texts.push_back(std::move(text));
            read.records.push_back(record);
            return true;
        });
        return read;
    }

    std::vector<std::string> texts(const std::string& name, const std::string& bytes) {
        return readFile(write(name, bytes)).texts;
    }

    bool refuses(const std::string& name, const std::string& bytes, const char* text) {
        const fs::path file = write(name, bytes);
        return test::refused(test::caughtError([&] { readFile(file); }), text);
    }

private slots:
    void plainTextIsOneDocumentAsItIs() {
        const std::string text = " a\r\n\n b\t\u00e9 ";
        QCOMPARE(texts("a.txt", text), std::vector{text});
        QCOMPARE(texts("a.txt.gz", gzipped(text)), std::vector{text});
        QCOMPARE(texts("a.txt.zst", zstandard(text)), std::vector{text});
    }

    void everyLineIsARecord() {
        const std::string lines =
            test::json("{'text':'a\\n','n':1}\r\n\n{'text':null}\n{'text':''}\n{'text':'\\u00e9'}");
        const Read read = readFile(write("a.jsonl", lines));
        QCOMPARE(read.texts, (std::vector<std::string>{"a\n", "\u00e9"}));
        QCOMPARE(read.records, (std::vector<std::int64_t>{1, 5}));
        QCOMPARE(read.report.documents, std::int64_t(2));
        QCOMPARE(read.report.emptyRecords, std::int64_t(2));
        QCOMPARE(texts("a.jsonl.gz", gzipped(lines)), read.texts);
        QCOMPARE(texts("a.jsonl.zst", zstandard(lines)), read.texts);
    }

    void archivesMayHaveSeveralParts() {
        const std::string first = test::json("{'text':'a'}\n"), second = test::json("{'text':'b'}\n");
        const std::vector<std::string> both{"a", "b"};
        QCOMPARE(texts("parts.jsonl.gz", gzipped(first) + gzipped(second)), both);
        QCOMPARE(texts("parts.jsonl.zst", zstandard(first) + zstandard(second)), both);
    }

    void jsonMayBeAList() {
        QCOMPARE(texts("list.json", test::json("\n [{'text':'a'},\n {'text':'b'}]")),
                 (std::vector<std::string>{"a", "b"}));
        QCOMPARE(texts("lines.json", test::json("{'text':'a'}\n{'text':'b'}")), (std::vector<std::string>{"a", "b"}));
    }

    void otherFieldsCanBeChosen() {
        const fs::path file = write("field.jsonl", test::json("{'body':'x','text':'y'}"));
        QCOMPARE(readFile(file, "body").texts, std::vector<std::string>{"x"});
    }

    void readingStopsOnRequest() {
        const fs::path file = write("stop.jsonl", test::json("{'text':'a'}\n{'text':'b'}\nbroken"));
        int calls = 0;
        readDocuments(file, "text", [&](std::string&&, std::int64_t) { return ++calls < 2; });
        QCOMPARE(calls, 2);
    }

    void parquetRowsAreDocuments_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("dictionary, snappy, pages v1") << "texts.parquet";
        QTest::newRow("delta lengths, zstd, pages v2") << "texts_v2.parquet";
    }
    void parquetRowsAreDocuments() {
        QFETCH(QString, file);
        const fs::path path = test::sourceDir() / "tests/data" / file.toStdString();
        const Read read = readFile(path);
        const std::string cafe = "na\u00efve caf\u00e9", tokyo = "\u6771\u4eac \U0001F642";
        QCOMPARE(read.texts, (std::vector<std::string>{"first", cafe, "first", tokyo, "first", cafe, "first", tokyo}));
        QCOMPARE(read.records, (std::vector<std::int64_t>{1, 2, 5, 6, 7, 8, 11, 12}));
        QCOMPARE(read.report.emptyRecords, std::int64_t(4));
        QVERIFY(test::refused(test::caughtError([&] { readFile(path, "words"); }), "text columns: text"));
        QVERIFY(test::refused(test::caughtError([&] { readFile(path, "id"); }), "no text column 'id'"));
    }

    void damagedParquetIsRefusedEverywhere() {
        const std::string good = test::readFile(test::sourceDir() / "tests/data/texts.parquet");
        for (std::size_t length = 0; length < good.size(); length += 7) {
            const fs::path file = write("cut.parquet", good.substr(0, length));
            QVERIFY(test::caughtError([&] { readFile(file); }).has_value());
        }
        for (std::size_t i = 0; i < good.size(); ++i) { // any outcome but a crash
            std::string damaged = good;
            damaged[i] = char(~damaged[i]);
            const fs::path file = write("damaged.parquet", damaged);
            test::caughtError([&] { readFile(file); });
        }
    }

    void badFilesAreRefusedByPlace() {
        QVERIFY(test::refused(test::caughtError([&] { readFile("/nowhere/a.txt"); }), "/nowhere/a.txt"));
        QVERIFY(refuses("empty.txt", "", "no text"));
        QVERIFY(refuses("empty.jsonl", test::json("{'text':''}\n"), "no text"));
        QVERIFY(refuses("picture.png", "x", "not read as text"));
        QVERIFY(refuses("latin.txt", "caf\xe9 x", "byte 3"));
        QVERIFY(refuses("latin.jsonl", test::json("{'text':'a'}\n{'text':'caf\xe9'}\n"), "latin.jsonl, line 2"));
        QVERIFY(refuses("broken.jsonl", test::json("{'text':'a'}\n{'text':\n"), "broken.jsonl, line 2"));
        QVERIFY(refuses("list.jsonl", "[1]\n", "not a JSON object"));
        QVERIFY(refuses("broken.json", "[{]", "broken.json"));
        QVERIFY(refuses("absent.jsonl", test::json("{'body':'a','title':'b'}\n"), "there are: body, title"));
        QVERIFY(refuses("number.jsonl", test::json("{'text':7}\n"), "line 1"));
        QVERIFY(refuses("surrogate.jsonl", test::json("{'text':'\\ud800'}\n"), "line 1"));
        QVERIFY(refuses("not.parquet", "PAR1 nothing of the kind", "not.parquet"));
    }

    void cutArchivesAreRefused() {
        const std::string text = noise(300'000);
        for (const double share : {0.5, 0.999}) {
            const std::string gz = gzipped(text), zst = zstandard(text);
            QVERIFY(refuses("cut.txt.gz", gz.substr(0, std::size_t(double(gz.size()) * share)), "ends too early"));
            QVERIFY(refuses("cut.txt.zst", zst.substr(0, std::size_t(double(zst.size()) * share)), "ends too early"));
        }
        QVERIFY(refuses("broken.txt.zst", "this is no archive", "damaged"));
    }
};

QTEST_GUILESS_MAIN(TextSourceTest)
#include "text_source_test.moc"

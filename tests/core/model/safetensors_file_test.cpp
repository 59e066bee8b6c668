// SPDX-License-Identifier: GPL-3.0-or-later
// Reading safetensors: views, odd header lengths, and a message of its own for every malformed file.
#include <QTemporaryDir>
#include <QtTest>

#include "core/model/safetensors_file.h"
#include "core/model/tensor_source.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/zip_bytes.h"

using namespace awq;
using test::caughtError;
using test::json;
using test::refused;
using test::safetensorsBytes;

class SafetensorsFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    std::filesystem::path write(const std::string& bytes) {
        return test::writeFile(m_dir.path().toStdString() + "/t.safetensors", bytes);
    }
    std::optional<core::Error> open(const std::string& bytes) {
        const auto file = write(bytes);
        return caughtError([&] { core::TensorSource::open(file); });
    }

private slots:
    void readsTensorsAndMetadata() {
        const std::string header =
            "{'__metadata__':{'format':'pt'},'b':{'dtype':'I32','shape':[2],'data_offsets':[0,8]},"
            "'a':{'dtype':'F16','shape':[1,2],'data_offsets':[8,12]},'n':{'dtype':'U8','shape':[0,3],'data_offsets':["
            "12,12]},"
            "'s':{'dtype':'F64','shape':[],'data_offsets':[12,20]}}  ";
        const auto file = write(
            safetensorsBytes(json(header), test::littleEndian<std::uint32_t>(7) + test::littleEndian<std::uint32_t>(9) +
                                               std::string("\x00\x3c\x00\xc0", 4) + std::string(8, '\0')));
        const auto source = core::TensorSource::open(file);
        QCOMPARE(source.tensors().size(), std::size_t(4));
        QCOMPARE(source.tensors().front().name, std::string("b"));
        const auto b = source.read("b");
        QCOMPARE(b.as<std::int32_t>()[1], 9);
        QCOMPARE(source.read("a").as<std::uint16_t>()[0], std::uint16_t(0x3c00));
        QCOMPARE(source.read("n").bytes.size(), std::size_t(0));
        QCOMPARE(source.read("s").bytes.size(), std::size_t(8));
        QVERIFY(source.find("c") == nullptr);
        QVERIFY(refused(caughtError([&] { source.read("c"); }), "'c'"));
        QCOMPARE(core::readSafetensorsHeader(*core::MappedFile::open(file)).metadata.at("format"), std::string("pt"));
    }

    void viewsAreZeroCopyWhenAligned() {
        const std::string header = json("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}");
        const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
        for (const std::string& text : {padded, padded + " "}) { // the second is misaligned: copied
            const auto source =
                core::TensorSource::open(write(safetensorsBytes(text, test::littleEndian<std::uint32_t>(0x3f800000))));
            const auto one = source.read("a"), two = source.read("a");
            QCOMPARE(one.bytes.data() == two.bytes.data(), text == padded);
            QCOMPARE(one.as<float>()[0], 1.0f);
            QCOMPARE(reinterpret_cast<std::uintptr_t>(one.bytes.data()) % 4, std::uintptr_t(0));
        }
    }

    void viewsOutliveTheSourceAndRelease() {
        core::TensorBytes bytes;
        {
            const std::string header = json("{'a':{'dtype':'U8','shape':[9000],'data_offsets':[0,9000]}}");
            const auto source = core::TensorSource::open(write(safetensorsBytes(header, std::string(9000, 'x'))));
            const std::vector<std::string> names{"a", "unknown"};
            source.prefetch(names);
            bytes = source.read("a");
            source.release(names);
        }
        QCOMPARE(char(bytes.bytes[8999]), 'x');
    }

    void malformed_data() {
        QTest::addColumn<QString>("header");
        QTest::addColumn<int>("dataBytes");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* header, int bytes, const char* message) {
            QTest::newRow(name) << header << bytes << message;
        };
        row("not json", "{'a':", 0, "invalid JSON");
        row("not an object", "[1]", 0, "does not start with '{'");
        row("duplicate",
            "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}",
            2, "'a' appears twice");
        row("hole",
            "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'U8','shape':[1],'data_offsets':[2,3]}}",
            3, "hole of 1 bytes");
        row("hole at the start", "{'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}", 2, "hole of 1 bytes");
        row("overlap",
            "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'b':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}}",
            3, "overlaps the one before it by 1 bytes");
        row("truncated", "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}", 3, "truncated: 1 bytes are missing");
        row("trailing", "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}", 5, "1 bytes after the last tensor");
        row("size", "{'a':{'dtype':'F16','shape':[4],'data_offsets':[0,4]}}", 4,
            "needs 8 bytes, the header gives it 4");
        row("overflow", "{'a':{'dtype':'F16','shape':[4294967296,4294967296],'data_offsets':[0,0]}}", 0,
            "impossible shape");
        row("type", "{'a':{'dtype':'F8_E4M3','shape':[4],'data_offsets':[0,4]}}", 4,
            "element type \"F8_E4M3\" is not supported");
        row("no type", "{'a':{'shape':[4],'data_offsets':[0,4]}}", 4, "has no 'dtype'");
        row("entry", "{'a':3}", 4, "has no 'dtype'");
        row("negative", "{'a':{'dtype':'U8','shape':[-1],'data_offsets':[0,4]}}", 4,
            "not a list of non-negative integers");
        row("fraction", "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4.0]}}", 4,
            "not a list of non-negative integers");
        row("offsets", "{'a':{'dtype':'U8','shape':[4],'data_offsets':[4,0]}}", 4, "not a begin and an end");
        row("metadata", "{'__metadata__':{'format':1}}", 0, "is not text");
        row("metadata list", "{'__metadata__':[]}", 0, "is not an object");
    }

    void malformed() {
        QFETCH(QString, header);
        QFETCH(int, dataBytes);
        QFETCH(QString, message);
        const auto error =
            open(safetensorsBytes(json(header.toStdString()), std::string(std::size_t(dataBytes), '\0')));
        QVERIFY(refused(error, message.toStdString()));
        QVERIFY(error->where().find("t.safetensors") != std::string::npos);
    }

    void malformedFiles() {
        QVERIFY(refused(open(""), "empty"));
        QVERIFY(refused(open("abc"), "truncated: 3 bytes"));
        QVERIFY(refused(open(test::littleEndian<std::uint64_t>(100'000'001) + "{}"), "100000001"));
        QVERIFY(refused(open(test::littleEndian<std::uint64_t>(50) + "{}"), "truncated inside the header"));
        QVERIFY(refused(open("version https://git-lfs.github.com/spec/v1\noid sha256:1\n"), "Git LFS pointer"));
        QVERIFY(
            refused(caughtError([&] { core::TensorSource::open(m_dir.path().toStdString() + "/none.safetensors"); }),
                    "no such file"));
    }
};

QTEST_GUILESS_MAIN(SafetensorsFileTest)
#include "safetensors_file_test.moc"

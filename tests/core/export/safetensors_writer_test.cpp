// SPDX-License-Identifier: GPL-3.0-or-later
// Writing safetensors: layout, shards, index, and the same bytes whatever the order of writing.
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/export/safetensors_writer.h"
#include "core/json_text.h"
#include "core/model/safetensors_file.h"
#include "core/model/tensor_source.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/small_disk.h"

using namespace awq;
using core::DType;
using core::SafetensorsWriter;
namespace fs = std::filesystem;

class SafetensorsWriterTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    fs::path folder(const char* name) const {
        const fs::path path = fs::path(m_dir.path().toStdString()) / name;
        fs::create_directories(path);
        return path;
    }

    // The bytes of tensor number i.
    static std::string data(const core::TensorSpec& spec, std::size_t i) {
        return std::string(spec.bytes(), char('a' + i));
    }
    static void fill(SafetensorsWriter& writer, const std::vector<core::TensorSpec>& specs, bool backwards = false) {
        for (std::size_t k = 0; k < specs.size(); ++k) {
            const std::size_t i = backwards ? specs.size() - 1 - k : k;
            const std::string bytes = data(specs[i], i);
            writer.write(specs[i].name, std::as_bytes(std::span(bytes)));
        }
        writer.finish();
    }

    const std::vector<core::TensorSpec> m_specs{{"u", DType::U8, {3}},
                                                {"h", DType::F16, {2, 2}},
                                                {"b", DType::BF16, {1}},
                                                {"scalar", DType::F32, {}},
                                                {"empty", DType::I64, {0, 7}},
                                                {"i", DType::I32, {2}},
                                                {"a\"\n\xc3\xa9", DType::I32, {1}}};

private slots:
    void writesOneFileInTheOfficialOrder() {
        const fs::path dir = folder("one");
        SafetensorsWriter writer(dir, "model", m_specs, 1000);
        fill(writer, m_specs);
        QCOMPARE(writer.files(), (std::vector<fs::path>{dir / "model.safetensors"}));
        QVERIFY(!fs::exists(dir / "model.safetensors.index.json"));
        const auto file = core::MappedFile::open(dir / "model.safetensors");
        const auto header = core::readSafetensorsHeader(*file);
        QCOMPARE(header.metadata.at("format"), std::string("pt"));
        std::vector<std::string> names;
        for (const auto& tensor : header.tensors)
            names.push_back(tensor.name);
        QCOMPARE(names, (std::vector<std::string>{"empty", "scalar", "a\"\n\xc3\xa9", "i", "b", "h", "u"}));
        QCOMPARE(header.tensors.front().offset % 8, std::uint64_t(0));
        const auto source = core::TensorSource::open(dir);
        for (std::size_t i = 0; i < m_specs.size(); ++i) {
            QCOMPARE(source.at(m_specs[i].name).shape, m_specs[i].shape);
            const auto bytes = source.read(m_specs[i].name).bytes;
            QCOMPARE(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), data(m_specs[i], i));
            QCOMPARE(writer.manifest()[i].spec, m_specs[i]);
            QCOMPARE(writer.manifest()[i].crc, core::crc32Of(bytes));
        }
    }

    void orderOfWritingDoesNotMatter() {
        const fs::path forward = folder("forward"), backward = folder("backward");
        SafetensorsWriter one(forward, "model", m_specs, 8), two(backward, "model", m_specs, 8);
        fill(one, m_specs);
        fill(two, m_specs, true);
        QCOMPARE(one.files().size(), two.files().size());
        for (const fs::path& file : one.files())
            QCOMPARE(test::readFile(file), test::readFile(backward / file.filename()));
    }

    void cutsShards() {
        // u 3 bytes, h 8, b 2, scalar 4, empty 0, i 8, a 4; at most 7 bytes a shard
        const fs::path dir = folder("shards");
        SafetensorsWriter writer(dir, "model", m_specs, 7);
        fill(writer, m_specs);
        const auto index = core::readJsonFile(dir / "model.safetensors.index.json");
        QCOMPARE(index["metadata"]["total_size"].get<int>(), 29);
        const auto shard = [&](const char* name) { return index["weight_map"][name].get<std::string>(); };
        QCOMPARE(shard("h"), std::string("model-00001-of-00005.safetensors")); // larger than a shard: alone
        QCOMPARE(shard("i"), std::string("model-00003-of-00005.safetensors"));
        QCOMPARE(shard("u"), std::string("model-00002-of-00005.safetensors"));
        QCOMPARE(shard("b"), shard("u"));
        QCOMPARE(shard("scalar"), std::string("model-00004-of-00005.safetensors"));
        QCOMPARE(shard("a\"\n\xc3\xa9"), std::string("model-00005-of-00005.safetensors"));
        const auto source = core::TensorSource::open(dir);
        QCOMPARE(source.tensors().size(), m_specs.size());
        QCOMPARE(char(source.read("i").bytes[0]), 'f');
    }

    void refusesMisuse() {
        SafetensorsWriter writer(folder("misuse"), "model", {{"a", DType::U8, {2}}, {"b", DType::U8, {1}}}, 1000);
        const std::string two = "xx";
        const auto bytes = std::as_bytes(std::span(two));
        AWQ_EXPECT_ERROR(writer.write("c", bytes), core::ErrorCode::internal, "'c'");
        AWQ_EXPECT_ERROR(writer.write("b", bytes), core::ErrorCode::internal, "2 bytes instead of 1");
        writer.write("a", bytes);
        AWQ_EXPECT_ERROR(writer.write("a", bytes), core::ErrorCode::internal, "written twice");
        AWQ_EXPECT_ERROR(writer.finish(), core::ErrorCode::internal, "'b'");
        AWQ_EXPECT_ERROR(SafetensorsWriter(folder("twice"), "model", {{"a", DType::U8, {2}}, {"a", DType::U8, {1}}}, 9),
                         core::ErrorCode::internal, "declared twice");
        AWQ_EXPECT_ERROR(SafetensorsWriter(folder("none") / "missing", "model", {}, 9), core::ErrorCode::badInput,
                         "cannot create");
    }

    void writesSmallFilesWhole() {
        const fs::path file = folder("small") / "x.safetensors";
        const std::string bytes = "abcd";
        for (int i = 0; i < 2; ++i) // replaces
            core::writeSafetensors(file, {{{"t", DType::F32, {1}}, std::as_bytes(std::span(bytes))}},
                                   {{"made by", "test"}});
        QCOMPARE(core::TensorSource::open(file).read("t").bytes.size(), std::size_t(4));
        QCOMPARE(core::readSafetensorsHeader(*core::MappedFile::open(file)).metadata.at("made by"),
                 std::string("test"));
        QCOMPARE(std::distance(fs::directory_iterator(file.parent_path()), {}), std::ptrdiff_t(1));
    }

    void fullDiskSaysHowMuchIsMissing() {
        const auto disk = test::SmallDisk::mount(folder("disk"), 1 << 20);
        if (!disk)
            QSKIP("skipped: this user may not mount a small file system");
        AWQ_EXPECT_ERROR(SafetensorsWriter(disk->folder(), "model", {{"a", DType::U8, {3 << 20}}}, UINT64_MAX),
                         core::ErrorCode::noResources, "bytes missing");
        AWQ_EXPECT_ERROR(core::requireDiskSpace(disk->folder(), 2 << 20), core::ErrorCode::noResources,
                         "1048576 bytes missing");
    }
};

QTEST_GUILESS_MAIN(SafetensorsWriterTest)
#include "safetensors_writer_test.moc"

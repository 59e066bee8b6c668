// SPDX-License-Identifier: GPL-3.0-or-later
// Writing torch files: what is written reads back equal, byte forms are those torch.load accepts.
#include <QTemporaryDir>
#include <QtTest>

#include "core/export/pickle_writer.h"
#include "core/export/torch_zip_writer.h"
#include "core/model/torch_zip_file.h"

using namespace awq;
using core::DType;
using core::PickleDict;
using core::PickleList;
using core::PickleTuple;
using core::PickleValue;
using namespace std::string_literals;

class TorchZipWriterTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    std::filesystem::path path(const char* name) const {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }

private slots:
    void emptySearchFile() {
        const PickleValue root{PickleDict{{{"scale"s}, {PickleList{}}}, {{"clip"s}, {PickleList{}}}}};
        QCOMPARE(core::writePickle(root), "\x80\x02}(X\x05\0\0\0scale]X\x04\0\0\0clip]u."s);
    }

    void valuesReadBackEqual() {
        core::TorchZipWriter writer(path("my-model.v1.5-w4.pt"), "my-model.v1.5-w4");
        const std::vector<std::int16_t> numbers{1, -2, 3, 4, 5, 6};
        const PickleValue tensor = writer.add(DType::I16, {2, 3}, std::as_bytes(std::span(numbers)));
        const PickleValue scalar = writer.add(DType::I16, {}, std::as_bytes(std::span(numbers)).first(2));
        const PickleValue empty = writer.add(DType::F32, {0}, {});
        const PickleList list{
            {true},          {false},       {}, {std::int64_t(-1)}, {std::int64_t(1) << 40}, {0.5}, {"é"s},
            {PickleTuple{}}, {PickleDict{}}};
        writer.finish(
            {PickleDict{{{"w"s}, tensor}, {{"tied"s}, tensor}, {{"s"s}, scalar}, {{"e"s}, empty}, {{"l"s}, {list}}}});

        const auto file = core::TorchZipFile::open(path("my-model.v1.5-w4.pt"));
        const auto& dict = *file.root().as<PickleDict>();
        const auto& w = *core::find(dict, "w")->as<core::TensorInfo>();
        QCOMPARE(w.shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(file.read(w).as<std::int16_t>()[1], std::int16_t(-2));
        QCOMPARE(w.offset % 64, std::uint64_t(0));
        QCOMPARE(core::find(dict, "tied")->as<core::TensorInfo>()->offset, w.offset);
        QVERIFY(core::find(dict, "s")->as<core::TensorInfo>()->shape.empty());
        QCOMPARE(core::find(dict, "e")->as<core::TensorInfo>()->bytes, std::uint64_t(0));
        const auto& read = *core::find(dict, "l")->as<PickleList>();
        QCOMPARE(*read.at(0).as<bool>(), true);
        QVERIFY(read.at(2).as<std::monostate>());
        QCOMPARE(*read.at(3).as<std::int64_t>(), std::int64_t(-1));
        QCOMPARE(*read.at(4).as<std::int64_t>(), std::int64_t(1) << 40);
        QCOMPARE(*read.at(5).as<double>(), 0.5);
        QCOMPARE(*read.at(6).as<std::string>(), "é"s);
        QVERIFY(read.at(7).as<PickleTuple>()->items.empty());
        QVERIFY(read.at(8).as<PickleDict>()->empty());
    }

    void everyTypeKeepsItsName() {
        core::TorchZipWriter writer(path("types.pt"), "types");
        PickleList list;
        const std::string bytes(8, '\0');
        for (int i = 0; i <= int(DType::Bool); ++i)
            list.push_back(writer.add(DType(i), {1}, std::as_bytes(std::span(bytes)).first(core::sizeOf(DType(i)))));
        writer.finish({list});
        const auto file = core::TorchZipFile::open(path("types.pt"));
        for (int i = 0; i <= int(DType::Bool); ++i)
            QCOMPARE(file.root().as<PickleList>()->at(std::size_t(i)).as<core::TensorInfo>()->dtype, DType(i));
    }

    void manyEntriesUseZip64() {
        core::TorchZipWriter writer(path("many.pt"), "many");
        PickleList list;
        const std::string byte = "x";
        for (int i = 0; i < 66000; ++i)
            list.push_back(writer.add(DType::U8, {1}, std::as_bytes(std::span(byte))));
        writer.finish({list});
        QCOMPARE(core::TorchZipFile::open(path("many.pt")).root().as<PickleList>()->size(), std::size_t(66000));
    }
};

QTEST_GUILESS_MAIN(TorchZipWriterTest)
#include "torch_zip_writer_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// Reading torch files: every form of value that torch.save writes, and refusal of everything else.
#include <QTemporaryDir>
#include <QtTest>

#include "core/model/tensor_source.h"
#include "core/model/torch_zip_file.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/zip_bytes.h"

using namespace awq;
using core::PickleDict;
using core::PickleList;
using core::PickleTuple;
using test::caughtError;
using test::refused;
namespace pickle = test::pickle;
using namespace std::string_literals;

class TorchZipFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    std::filesystem::path write(const std::string& bytes) {
        return test::writeFile(m_dir.path().toStdString() + "/t.pt", bytes);
    }

    // A torch file of one pickle and storages "0", "1", ...
    std::filesystem::path torchFile(const std::string& body, const std::vector<std::string>& storages = {},
                                    bool zip64 = false) {
        std::vector<test::ZipItem> items{{"my.model-w4/data.pkl", pickle::file(body)}};
        for (std::size_t i = 0; i < storages.size(); ++i)
            items.push_back({"my.model-w4/data/" + std::to_string(i), storages[i]});
        return write(test::zipBytes(items, zip64));
    }

    core::PickleValue root(const std::string& body) { return core::TorchZipFile::open(torchFile(body)).root(); }
    std::optional<core::Error> refusal(const std::string& body, const std::vector<std::string>& storages = {}) {
        const auto file = torchFile(body, storages);
        return caughtError([&] { core::TorchZipFile::open(file); });
    }
    static std::string int16s(const std::vector<std::int16_t>& values) {
        std::string bytes;
        for (const std::int16_t value : values)
            bytes += test::littleEndian(value);
        return bytes;
    }

private slots:
    void readsPlainValues() {
        const auto list = root("]("s + "N" + "\x88" + "\x89" + "K\xff" + "M\x01\x02" + pickle::number(-5) +
                               "\x8a\x05\x00\x00\x00\x00\x01"s + "\x8a\x00"s + "G\x3f\xf8\x00\x00\x00\x00\x00\x00"s +
                               pickle::text("é") + "e");
        const auto* items = list.as<PickleList>();
        QVERIFY(items && items->size() == 10);
        QVERIFY(items->at(0).as<std::monostate>());
        QCOMPARE(*items->at(1).as<bool>(), true);
        QCOMPARE(*items->at(2).as<bool>(), false);
        QCOMPARE(*items->at(3).as<std::int64_t>(), std::int64_t(255));
        QCOMPARE(*items->at(4).as<std::int64_t>(), std::int64_t(513));
        QCOMPARE(*items->at(5).as<std::int64_t>(), std::int64_t(-5));
        QCOMPARE(*items->at(6).as<std::int64_t>(), std::int64_t(1) << 32); // LONG1 of odd length
        QCOMPARE(*items->at(7).as<std::int64_t>(), std::int64_t(0));
        QCOMPARE(*items->at(8).as<double>(), 1.5);
        QCOMPARE(*items->at(9).as<std::string>(), std::string("é"));
    }

    void readsSingleItemContainersAndMemo() {
        // {"scale": [("p", ("p",), 1)]} with APPEND, SETITEM, memoized texts
        const auto dict = root("}q\x00"s + pickle::text("scale") + "]q\x01" + pickle::text("p") + "q\x02" +
                               "h\x02\x85" + "K\x01\x87" + "a" + "s");
        const auto* scale = core::find(*dict.as<PickleDict>(), "scale");
        QVERIFY(scale);
        const auto& entry = scale->as<PickleList>()->at(0).as<PickleTuple>()->items;
        QCOMPARE(*entry[0].as<std::string>(), std::string("p"));
        QCOMPARE(*entry[1].as<PickleTuple>()->items.at(0).as<std::string>(), std::string("p"));
    }

    void emptySearchFile() {
        const auto dict = root("}("s + pickle::text("scale") + "]" + pickle::text("clip") + "]u");
        QCOMPARE(dict.as<PickleDict>()->size(), std::size_t(2));
    }

    void readsStateDictsWithMetadataSharedStorageAndViews() {
        const std::string ordered = pickle::global("collections", "OrderedDict") + ")R";
        const std::string whole = pickle::tensor("ShortStorage", "0", 6, 0, {2, 3}, {3, 1});
        const std::string tied = pickle::tensor("ShortStorage", "0", 6, 0, {2, 3}, {3, 1});
        const std::string row = pickle::tensor("ShortStorage", "0", 6, 3, {3}, {1});
        const std::string transposed = pickle::tensor("ShortStorage", "0", 6, 0, {3, 2}, {1, 3});
        const std::string parameter = pickle::global("torch._utils", "_rebuild_parameter") +
                                      pickle::tensor("ShortStorage", "0", 6, 5, {}, {}) + "\x88" + ordered + "\x87R";
        const std::string empty = pickle::tensor("HalfStorage", "7", 0, 0, {0, 4}, {4, 1});
        const std::string metadata = "}" + pickle::text("_metadata") + ordered + "s";
        const auto source = core::TensorSource::open(
            torchFile(ordered + "(" + pickle::text("w") + whole + pickle::text("t") + tied + pickle::text("r") + row +
                          pickle::text("x") + transposed + pickle::text("p") + parameter + pickle::text("z") + empty +
                          "u" + metadata + "b",
                      {int16s({1, 2, 3, 4, 5, 6})}));
        const auto values = [&](const char* name) {
            const auto tensor = source.read(name);
            const auto span = tensor.as<std::int16_t>();
            return std::vector<int>(span.begin(), span.end());
        };
        QCOMPARE(source.tensors().size(), std::size_t(6));
        QCOMPARE(source.at("w").shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(values("w"), (std::vector<int>{1, 2, 3, 4, 5, 6}));
        QCOMPARE(values("t"), values("w"));
        QCOMPARE(values("r"), (std::vector<int>{4, 5, 6}));
        QCOMPARE(values("x"), (std::vector<int>{1, 4, 2, 5, 3, 6}));
        QCOMPARE(values("p"), (std::vector<int>{6}));
        QCOMPARE(source.read("z").bytes.size(), std::size_t(0));
    }

    void readsZip64() {
        const auto source = core::TensorSource::open(torchFile(
            "}" + pickle::text("w") + pickle::tensor("ByteStorage", "0", 3, 0, {3}, {1}) + "s", {"abc"}, true));
        QCOMPARE(char(source.read("w").bytes[2]), 'c');
    }

    void refusesForeignGlobals() {
        const auto error = refusal(pickle::global("os", "system") + "(" + pickle::text("true") + "tR");
        QVERIFY(refused(error, "'os.system'"));
        QVERIFY(refused(refusal(pickle::global("torch", "load")), "'torch.load'"));
    }

    void refusesUnsoundPickles() {
        using pickle::tensor;
        const std::string storage = int16s({1, 2, 3, 4});
        const auto stored = [&](const std::string& body) { return refusal(body, {storage}); };
        QVERIFY(refused(stored(tensor("ShortStorage", "0", 4, 2, {3}, {1})), "beyond its storage"));
        QVERIFY(refused(stored(tensor("ShortStorage", "0", 4, -1, {3}, {1})), "beyond its storage"));
        QVERIFY(
            refused(stored(tensor("ShortStorage", "0", 4, 0, {2, 2}, {INT64_MAX, INT64_MAX})), "beyond its storage"));
        QVERIFY(refused(stored(tensor("ShortStorage", "0", 4, 0, {3}, {-1})), "not non-negative integers"));
        QVERIFY(refused(stored(tensor("ShortStorage", "0", 4, 0, {1000000}, {0})), "repeats its storage"));
        QVERIFY(refused(stored(tensor("ShortStorage", "0", 4, 0, {2, 2}, {1})), "2 sizes but 1 strides"));
        QVERIFY(refused(stored(tensor("ShortStorage", "0", 5, 0, {4}, {1})), "needs 10 bytes, its entry has 8"));
        QVERIFY(refused(stored(tensor("ShortStorage", "9", 4, 0, {4}, {1})), "no entry data/9"));
        QVERIFY(refused(stored(tensor("ShortStorage", "0", INT64_MAX, 0, {4}, {1})), "claims"));
        QVERIFY(refused(stored(tensor("QInt8Storage", "0", 4, 0, {4}, {1})), "'torch.QInt8Storage'"));
        QVERIFY(refused(refusal("h\x05"s), "recalls value 5"));
        QVERIFY(refused(refusal("a"), "not there"));
        QVERIFY(refused(refusal("(KK"s), "ends with more"));
        QVERIFY(refused(refusal("e"), "did not open"));
        QVERIFY(refused(refusal("}(" + pickle::text("a") + "u"), "adds items"));
        QVERIFY(refused(refusal("K\x01K\x02"s + "a"), "adds items"));
        QVERIFY(refused(refusal(""), "more or less than one value"));
        QVERIFY(refused(refusal("X\xff\xff\xff\x7fshort"s), "truncated"));
        QVERIFY(refused(refusal("X\x02\x00\x00\x00\xc3\x28"s), "UTF-8"));
        QVERIFY(refused(refusal("\x93"s), "opcode 0x93"));
        QVERIFY(refused(refusal("\x8a\x09"s + std::string(9, '\x01')), "9 bytes is out of range"));
        QVERIFY(refused(refusal(pickle::global("torch", "HalfStorage")), "bare type"));
    }

    void refusesCyclesBombsAndDepth() {
        QVERIFY(refused(refusal("]q\x01h\x01"s + "a"), "nested deeper"));
        std::string deep;
        for (int i = 0; i < 200; ++i)
            deep += "]";
        QVERIFY(refused(refusal(deep + std::string(199, 'a')), "nested deeper"));
        std::string doubling = "K\x01"; // grows to 2^60 values
        for (int i = 0; i < 60; ++i)
            doubling += "q\x01h\x01\x86"s;
        QVERIFY(refused(refusal(doubling), "expand far beyond"));
        QVERIFY(refused(refusal("(" + std::string(4'000'001, 'N') + "t"), "more than 4000000 values"));
    }

    void refusesUnsoundArchives() {
        const auto opened = [this](const std::string& bytes) {
            const auto file = write(bytes);
            return caughtError([&] { core::TorchZipFile::open(file); });
        };
        const std::string sound = test::zipBytes({{"a/data.pkl", pickle::file("}")}});
        QVERIFY(!opened(sound));
        QVERIFY(refused(opened("\x80\x02}."), "before version 1.6"));
        QVERIFY(refused(opened("hello"), "not a PyTorch file"));
        QVERIFY(refused(opened(test::zipBytes({{"a/data.pkl", "x", 8}})), "compressed"));
        QVERIFY(refused(opened(test::zipBytes({{"a/data.pkl", "}"}, {"a/data.pkl", "}"}})), "appears twice"));
        QVERIFY(refused(opened(test::zipBytes({{"a/data.pkl", "}"}, {"b/data.pkl", "}"}})), "two pickles"));
        QVERIFY(refused(opened(test::zipBytes({{"a/x", "}"}})), "no data.pkl"));
        QVERIFY(
            refused(opened(test::zipBytes({{"a/data.pkl", pickle::file("}")}, {"a/byteorder", "big"}})), "big-endian"));
        for (std::size_t cut = 5; cut < sound.size(); ++cut) // whatever is missing, it is refused
            QVERIFY(refused(opened(sound.substr(0, cut)), cut >= 4 ? "" : "not a PyTorch file"));
        for (std::size_t at = 0; at < sound.size(); ++at) { // a flipped byte is refused or harmless, never worse
            std::string damaged = sound;
            damaged[at] = char(damaged[at] ^ 0xff);
            const auto error = opened(damaged);
            QVERIFY(!error || error->code() == core::ErrorCode::badInput);
        }
    }

    void stateDictsHoldTensorsOnly() {
        const auto file = torchFile("}" + pickle::text("scale") + "]s");
        QVERIFY(refused(caughtError([&] { core::TensorSource::open(file); }), "'scale'"));
        const auto list = torchFile("]");
        QVERIFY(refused(caughtError([&] { core::TensorSource::open(list); }), "state dict"));
    }

    void readsFilesOfPyTorch() {
        AWQ_REQUIRE_SHARED(results, "golden/llama2-tiny-w4g64.pt");
        AWQ_REQUIRE_SHARED(model, "zoo/opt-tiny/pytorch_model.bin");
        const auto file = core::TorchZipFile::open(results);
        const auto* scales = core::find(*file.root().as<PickleDict>(), "scale")->as<PickleList>();
        const auto& first = scales->at(0).as<PickleTuple>()->items;
        QCOMPARE(*first[0].as<std::string>(), std::string("model.layers.0.input_layernorm"));
        QCOMPARE(first[1].as<PickleTuple>()->items.size(), std::size_t(3));
        const auto values = file.read(*first[2].as<core::TensorInfo>());
        QVERIFY(values.as<float>()[0] > 0);
        const auto source = core::TensorSource::open(model);
        QCOMPARE(source.at("model.decoder.embed_tokens.weight").shape, (std::vector<std::int64_t>{1024, 128}));
    }
};

QTEST_GUILESS_MAIN(TorchZipFileTest)
#include "torch_zip_file_test.moc"

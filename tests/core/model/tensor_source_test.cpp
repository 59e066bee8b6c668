// SPDX-License-Identifier: GPL-3.0-or-later
// Finding the weights of a model folder: single files, shards with an index, and what is refused.
#include <QTemporaryDir>
#include <QtTest>

#include "core/model/tensor_source.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/zip_bytes.h"

using namespace awq;
using core::TensorSource;
using test::caughtError;
using test::refused;
namespace fs = std::filesystem;

class TensorSourceTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    fs::path folder(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

    // A safetensors file of one byte tensor that holds `value`.
    static std::string oneTensor(const std::string& name, char value) {
        return test::safetensorsBytes(test::json("{'" + name + "':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}}"),
                                      std::string(1, value));
    }
    static std::string oneTorchTensor(const std::string& name, char value) {
        return test::zipBytes(
            {{"m/data.pkl", test::pickle::file("}" + test::pickle::text(name) +
                                               test::pickle::tensor("ByteStorage", "0", 1, 0, {1}, {1}) + "s")},
             {"m/data/0", std::string(1, value)}});
    }
    static char valueOf(const TensorSource& source, const char* name) { return char(source.read(name).bytes[0]); }

private slots:
    void prefersSafetensors() {
        const fs::path dir = folder("both");
        test::writeFile(dir / "pytorch_model.bin", oneTorchTensor("a", 't'));
        QCOMPARE(valueOf(TensorSource::open(dir), "a"), 't');
        test::writeFile(dir / "other.safetensors", oneTensor("a", 'o'));
        QCOMPARE(valueOf(TensorSource::open(dir), "a"), 't');
        test::writeFile(dir / "model.safetensors", oneTensor("a", 's'));
        QCOMPARE(valueOf(TensorSource::open(dir), "a"), 's');
        QCOMPARE(TensorSource::open(dir).files(), (std::vector<fs::path>{dir / "model.safetensors"}));
        QCOMPARE(valueOf(TensorSource::open(dir / "other.safetensors"), "a"), 'o');
    }

    void readsShards() {
        for (const bool torch : {false, true}) {
            const fs::path dir = folder(torch ? "torch-shards" : "shards");
            const auto tensor = torch ? oneTorchTensor : oneTensor;
            const std::string stem = torch ? "pytorch_model" : "model", ending = torch ? ".bin" : ".safetensors";
            test::writeFile(dir / (stem + "-00001-of-00002" + ending), tensor("a", '1'));
            test::writeFile(dir / (stem + "-00002-of-00002" + ending), tensor("b", '2'));
            QVERIFY(refused(caughtError([&] { TensorSource::open(dir); }), "no index"));
            test::writeFile(dir / (stem + ending + ".index.json"),
                            test::json("{'metadata':{},'weight_map':{'a':'" + stem + "-00001-of-00002" + ending +
                                       "','b':'" + stem + "-00002-of-00002" + ending + "'}}"));
            const auto source = TensorSource::open(dir);
            QCOMPARE(source.files().size(), std::size_t(2));
            QCOMPARE(valueOf(source, "a"), '1');
            QCOMPARE(valueOf(source, "b"), '2');
        }
    }

    void refusesUnsoundIndexes() {
        const fs::path dir = folder("index");
        const fs::path index = dir / "model.safetensors.index.json";
        const auto opened = [&](const std::string& map) {
            test::writeFile(index, test::json(map));
            return caughtError([&] { TensorSource::open(dir); });
        };
        test::writeFile(dir / "x.safetensors", oneTensor("a", '1'));
        test::writeFile(folder("outside.safetensors"), oneTensor("a", '1'));
        QVERIFY(refused(opened("{'weight_map':{'a':'y.safetensors'}}"), "shard missing"));
        QVERIFY(refused(opened("{'weight_map':{'b':'x.safetensors'}}"), "not there"));
        QVERIFY(refused(opened("{'weight_map':{'a':'../outside.safetensors'}}"), "not a file inside the model folder"));
        QVERIFY(refused(opened("{'weight_map':{'a':'sub/../../outside.safetensors'}}"),
                        "not a file inside the model folder"));
        QVERIFY(refused(opened("{'weight_map':{'a':'" + folder("outside.safetensors").string() + "'}}"),
                        "not a file inside"));
        QVERIFY(refused(opened("{'weight_map':{'a':''}}"), "not a file inside the model folder"));
        QVERIFY(refused(opened("{'weight_map':{'a':3}}"), "not a file inside the model folder"));
        QVERIFY(refused(opened("{'weight_map':{'a':'x.safetensors','a':'x.safetensors'}}"), "appears twice"));
        QVERIFY(refused(opened("{}"), "no 'weight_map'"));
        QVERIFY(refused(opened("{"), "invalid JSON"));
        QVERIFY(!opened("{'weight_map':{'a':'x.safetensors'}}"));
    }

    void refusesFoldersWithoutWeights() {
        fs::create_directories(folder("empty"));
        QVERIFY(refused(caughtError([&] { TensorSource::open(folder("empty")); }), "no weights found"));
        QVERIFY(refused(caughtError([&] { TensorSource::open(folder("missing")); }), "no such file or folder"));
    }

    void opensEveryModelOfTheZoo() {
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        for (const auto& model : fs::directory_iterator(zoo)) {
            const auto source = TensorSource::open(model.path());
            QVERIFY2(source.tensors().size() > 10, model.path().c_str());
            QVERIFY2(source.find("input_ids") == nullptr, model.path().c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TensorSourceTest)
#include "tensor_source_test.moc"

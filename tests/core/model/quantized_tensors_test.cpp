// SPDX-License-Identifier: GPL-3.0-or-later
// Unpacking linears of every quantized checkpoint format, our own and those of the original tools; refusal of damaged
// ones.
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/export/checkpoint_writer.h"
#include "core/export/safetensors_writer.h"
#include "core/json_text.h"
#include "core/model/float_values.h"
#include "core/model/quantized_tensors.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/quantized_linear.h"
#include "tests/support/shared_data.h"

using namespace awq;
using core::DType;
using core::QuantizedTensors;
using core::TensorSource;
namespace fs = std::filesystem;
using Json = nlohmann::json;

class QuantizedTensorsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    // A checkpoint of one linear "fc" [64, 128].
    fs::path write(const std::string& name, const std::string& format, const test::RoundedLinear& fc, int bits,
                   std::int64_t groupSize, DType dtype, bool zeroPoint = true) const {
        test::writeFile(in("model/config.json"), "{}");
        fs::create_directories(in(name));
        core::CheckpointFacts facts;
        facts.model = in("model");
        facts.tensors = {{{"fc.weight", dtype, {64, 128}}, core::PackedForm{bits, fc.groupSize}},
                         {{"norm.weight", dtype, {1}}, {}}};
        facts.dtype = dtype;
        facts.groupSize = groupSize;
        facts.zeroPoint = zeroPoint;
        core::CheckpointWriter writer(format, in(name), facts);
        writer.add(fc.view());
        writer.addFloat("norm.weight", core::fromFloats(std::vector<float>{1}, dtype, {1}));
        writer.finish();
        return in(name);
    }

    static std::optional<QuantizedTensors> open(const fs::path& folder) {
        return QuantizedTensors::detect(TensorSource::open(folder), core::readJsonFile(folder / "config.json"));
    }

    static core::QuantizedWeight read(const fs::path& folder) { return open(folder)->read("fc"); }

private slots:
    void readsWhatIsWritten_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<QString>("label");
        const auto row = [](const char* format, int bits, int group, const char* label) {
            QTest::newRow(label) << format << bits << group << label;
        };
        row("awq-gemm", 4, 32, "awq-gemm w4g32");
        row("awq-gemm", 4, -1, "awq-gemm w4g128");
        row("llm-awq", 4, 64, "llm-awq w4g64");
        row("compressed-tensors", 4, 64, "compressed-tensors w4g64");
        row("compressed-tensors", 3, 32, "compressed-tensors w3g32");
        row("compressed-tensors", 4, -1, "compressed-tensors w4g128");
    }

    void readsWhatIsWritten() {
        QFETCH(QString, format);
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(QString, label);
        for (const DType dtype : {DType::F16, DType::BF16}) {
            const DType scaleType = core::CheckpointWriter::floatType(format.toStdString(), dtype);
            const auto fc = test::roundToNearest("fc", test::randomWeight(64, 128, 5), 64, 128, bits,
                                                 group < 0 ? 128 : group, scaleType);
            const auto folder =
                write(label.toStdString() + std::string(nameOf(dtype)), format.toStdString(), fc, bits, group, dtype);
            const auto tensors = open(folder);
            QVERIFY(tensors);
            QCOMPARE(tensors->label(), label.toStdString());
            QCOMPARE(tensors->linears(), (std::vector<std::string>{"fc"}));
            QVERIFY(tensors->contains("fc"));
            QVERIFY(!tensors->contains("norm"));
            QVERIFY(tensors->tensorsOf("fc").size() >= 3);
            QVERIFY(tensors->isPart(tensors->tensorsOf("fc").back()) && !tensors->isPart("norm.weight"));
            const auto weight = tensors->read("fc");
            QCOMPARE(weight.codes, fc.codes);
            QCOMPARE(weight.zeros, fc.zeros);
            QCOMPARE(weight.scales, fc.scales);
            QCOMPARE(weight.scaleType, scaleType);
            QCOMPARE(weight.groupSize, fc.groupSize);
            QCOMPARE(weight.dense(), fc.dense());
        }
    }

    void symmetricCodesHaveTheirZeroInTheMiddle() {
        auto fc = test::roundToNearest("fc", test::randomWeight(64, 128, 5), 64, 128, 4, 64, DType::F16);
        std::fill(fc.zeros.begin(), fc.zeros.end(), std::uint8_t(8));
        const auto weight = read(write("symmetric", "compressed-tensors", fc, 4, 64, DType::F16, false));
        QCOMPARE(weight.zeros, fc.zeros);
    }

    void simulatedIsFloat() {
        const auto fc = test::roundToNearest("fc", test::randomWeight(64, 128, 5), 64, 128, 4, 64, DType::F16);
        QVERIFY(!open(write("simulated", "simulated", fc, 4, 64, DType::F16)));
    }

    void readsTheOriginalPackers_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("group");
        QTest::addColumn<QString>("packer");
        for (const auto& [name, group] :
             {std::pair("k128n64g32", 32), std::pair("k256n128g64", 64), std::pair("k512n256g128", 128)})
            for (const char* packer : {"autoawq_gemm", "autoawq_gemv", "autoawq_gemv_fast", "llm_awq_v2"})
                QTest::addRow("%s %s", name, packer) << name << group << packer;
    }

    void readsTheOriginalPackers() {
        AWQ_REQUIRE_SHARED(file, "golden/packing.safetensors");
        QFETCH(QString, name);
        QFETCH(int, group);
        QFETCH(QString, packer);
        const auto golden = TensorSource::open(file);
        const std::string prefix = name.toStdString() + ".", source = prefix + packer.toStdString() + ".";
        std::vector<core::NamedTensor> tensors;
        std::vector<core::TensorBytes> keep;
        for (const auto& info : golden.tensors())
            if (info.name.starts_with(source)) {
                keep.push_back(golden.read(info.name));
                tensors.push_back(
                    {{"fc" + info.name.substr(source.size() - 1), info.dtype, info.shape}, keep.back().bytes});
            }
        const fs::path folder = in(source);
        fs::create_directories(folder);
        core::writeSafetensors(folder / "model.safetensors", tensors);
        Json config = Json::object();
        if (packer.startsWith("autoawq_"))
            config["quantization_config"] = {{"quant_method", "awq"},
                                             {"version", packer.mid(8).toUpper().toStdString()},
                                             {"bits", 4},
                                             {"group_size", group}};
        const auto weight = QuantizedTensors::detect(TensorSource::open(folder), config)->read("fc");
        QCOMPARE(int(weight.groupSize), group);
        const auto expected = core::toFloats(golden.read(prefix + "dequantized"));
        const auto dense = weight.dense();
        QCOMPARE(dense.size(), expected.size());
        for (std::size_t i = 0; i < dense.size(); ++i)
            QCOMPARE(core::halfToFloat(core::floatToHalf(dense[i])), expected[i]);
    }

    void refusesOtherQuantization() {
        const auto folder = write(
            "plain", "simulated",
            test::roundToNearest("fc", test::randomWeight(64, 128, 5), 64, 128, 4, 64, DType::F16), 4, 64, DType::F16);
        const auto source = TensorSource::open(folder);
        const auto detecting = [&](const char* config) {
            return test::caughtError([&] { QuantizedTensors::detect(source, Json::parse(test::json(config))); });
        };
        QVERIFY(test::refused(detecting("{'quantization_config':{'quant_method':'gptq'}}"), "'gptq "));
        QVERIFY(test::refused(detecting("{'quantization_config':{'quant_method':'awq','version':'marlin'}}"),
                              "'awq marlin'"));
        QVERIFY(test::refused(
            detecting("{'quantization_config':{'quant_method':'compressed-tensors','format':'float-quantized'}}"),
            "float-quantized"));
        QVERIFY(
            test::refused(detecting("{'quantization_config':{'quant_method':'awq'}}"), "no tensor ends in .qweight"));
    }

    void refusesDamage() {
        const auto fc = test::roundToNearest("fc", test::randomWeight(64, 128, 5), 64, 128, 4, 64, DType::F16);
        for (const char* format : {"awq-gemm", "llm-awq", "compressed-tensors"}) {
            const auto folder = write(std::string("damage-") + format, format, fc, 4, 64, DType::F16);
            const auto source = TensorSource::open(folder);
            const Json config = core::readJsonFile(folder / "config.json");
            for (const std::string& damaged : QuantizedTensors::detect(source, config)->tensorsOf("fc")) {
                const bool codes = damaged.ends_with("qweight") || damaged.ends_with("packed");
                const auto opening = [&](bool keep, std::vector<std::int64_t> shape, DType dtype) {
                    std::vector<core::NamedTensor> tensors;
                    std::vector<std::byte> zeros(std::size_t(core::elementCount(shape, "")) * core::sizeOf(dtype));
                    for (const auto& info : source.tensors())
                        if (info.name != damaged)
                            tensors.push_back({{info.name, info.dtype, info.shape}, source.read(info.name).bytes});
                        else if (keep)
                            tensors.push_back({{info.name, dtype, shape}, zeros});
                    core::writeSafetensors(in("damaged.safetensors"), tensors);
                    return test::caughtError(
                        [&] { QuantizedTensors::detect(TensorSource::open(in("damaged.safetensors")), config); });
                };
                if (!damaged.ends_with("zero_point")) // without zero points the codes are symmetric
                    QVERIFY(opening(false, {}, DType::U8));
                QVERIFY(test::refused(opening(true, {3, 5}, source.at(damaged).dtype), codes ? "" : damaged));
                QVERIFY(test::refused(opening(true, source.at(damaged).shape, DType::U8), damaged));
            }
        }
    }

    void configAndShapesMustAgree() {
        const auto fc = test::roundToNearest("fc", test::randomWeight(64, 128, 5), 64, 128, 4, 64, DType::F16);
        const auto folder = write("disagree", "awq-gemm", fc, 4, 64, DType::F16);
        Json config = core::readJsonFile(folder / "config.json");
        config["quantization_config"]["group_size"] = 128;
        QVERIFY(test::refused(test::caughtError([&] { QuantizedTensors::detect(TensorSource::open(folder), config); }),
                              "group size 128"));
    }
};

QTEST_GUILESS_MAIN(QuantizedTensorsTest)
#include "quantized_tensors_test.moc"

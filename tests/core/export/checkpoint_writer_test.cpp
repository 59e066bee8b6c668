// SPDX-License-Identifier: GPL-3.0-or-later
// Every checkpoint format: tensors, their bytes, config.json, and what a format refuses.
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/export/checkpoint_writer.h"
#include "core/json_text.h"
#include "core/model/float_values.h"
#include "core/model/tensor_source.h"
#include "core/quant/packing.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/quantized_linear.h"

using namespace awq;
using core::CheckpointFacts;
using core::CheckpointWriter;
using core::DType;
using core::TensorSource;
namespace fs = std::filesystem;
using Json = nlohmann::json;

class CheckpointWriterTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_model;
    std::vector<float> m_embedding, m_bias;

    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    // An embedding, one quantized linear with a bias, a position buffer, a tied head.
    CheckpointFacts facts(int bits = 4, std::int64_t groupSize = 64) const {
        CheckpointFacts result;
        result.model = m_model;
        result.tensors = {
            {{"embed.weight", DType::BF16, {4, 8}}, {}},
            {{"layers.0.fc.weight", DType::BF16, {64, 128}}, core::PackedForm{bits, groupSize < 0 ? 128 : groupSize}},
            {{"layers.0.fc.bias", DType::BF16, {64}}, {}},
            {{"positions", DType::I64, {2}}, {}}};
        result.dtype = DType::BF16;
        result.groupSize = groupSize;
        result.head = "lm_head";
        result.tied = {{"lm_head.weight", "embed.weight"}};
        return result;
    }

    test::RoundedLinear linear(DType dtype, int bits = 4, std::int64_t groupSize = 64) const {
        return test::roundToNearest("layers.0.fc", test::randomWeight(64, 128, 3), 64, 128, bits, groupSize, dtype);
    }

    core::Manifest write(CheckpointWriter& writer, const test::RoundedLinear& fc, bool backwards = false) const {
        const std::vector<std::int64_t> positions{3, 4};
        const std::vector<std::function<void()>> steps{
            [&] {
                writer.addFloat("embed.weight", core::fromFloats(m_embedding, DType::BF16, {4, 8}));
            },
            [&] { writer.add(fc.view()); },
            [&] { writer.addFloat("layers.0.fc.bias", core::fromFloats(m_bias, DType::F32, {64})); },
            [&] { writer.addFloat("positions", core::ownedTensor(positions, DType::I64, {2})); }};
        for (std::size_t i = 0; i < steps.size(); ++i)
            steps[backwards ? steps.size() - 1 - i : i]();
        return writer.finish();
    }

    fs::path fresh(const std::string& name) const {
        fs::create_directories(in(name));
        return in(name);
    }

    static std::vector<std::string> namesOf(const TensorSource& source) {
        std::vector<std::string> names;
        for (const auto& tensor : source.tensors())
            names.push_back(tensor.name);
        std::sort(names.begin(), names.end());
        return names;
    }

private slots:
    void initTestCase() {
        m_model = in("tiny-model");
        test::writeFile(m_model / "config.json",
                        test::json("{'model_type':'llama','torch_dtype':'bfloat16','vocab_size':4}"));
        test::writeFile(m_model / "tokenizer.json", "{}");
        for (int i = 0; i < 32; ++i)
            m_embedding.push_back(float(i) / 4);
        for (int i = 0; i < 64; ++i)
            m_bias.push_back(float(i) - 8);
    }

    void awqGemm() {
        const fs::path out = fresh("gemm");
        QCOMPARE(CheckpointWriter::floatType("awq-gemm", DType::BF16), DType::F16);
        const auto fc = linear(DType::F16);
        CheckpointWriter writer("awq-gemm", out, facts());
        const auto manifest = write(writer, fc);
        const auto source = TensorSource::open(out);
        QCOMPARE(namesOf(source), (std::vector<std::string>{"embed.weight", "layers.0.fc.bias", "layers.0.fc.qweight",
                                                            "layers.0.fc.qzeros", "layers.0.fc.scales", "positions"}));
        QCOMPARE(manifest.size(), std::size_t(6));
        for (const auto& written : manifest)
            QCOMPARE(core::crc32Of(source.read(written.spec.name).bytes), written.crc);
        QCOMPARE(source.at("layers.0.fc.qweight").shape, (std::vector<std::int64_t>{128, 8}));
        QCOMPARE(source.at("layers.0.fc.qzeros").shape, (std::vector<std::int64_t>{2, 8}));
        QCOMPARE(core::unpackAwqGemm(source.read("layers.0.fc.qweight").as<std::int32_t>(), 64, 128), fc.codes);
        QCOMPARE(core::unpackAwqGemm(source.read("layers.0.fc.qzeros").as<std::int32_t>(), 64, 2), fc.zeros);
        const auto scales = core::toFloats(source.read("layers.0.fc.scales"));
        QCOMPARE(core::transposed(std::span<const float>(scales), 2, 64), fc.scales);
        QCOMPARE(source.at("layers.0.fc.scales").dtype, DType::F16);
        QCOMPARE(source.at("layers.0.fc.bias").dtype, DType::F16);
        QCOMPARE(core::toFloats(source.read("layers.0.fc.bias")), m_bias);
        QCOMPARE(core::toFloats(source.read("embed.weight")), m_embedding);
        QCOMPARE(source.read("positions").as<std::int64_t>()[1], std::int64_t(4));
        const Json config = core::readJsonFile(out / "config.json");
        QCOMPARE(config["torch_dtype"], Json("float16"));
        QCOMPARE(config["vocab_size"], Json(4));
        QVERIFY(config["quantization_config"] ==
                Json::parse(test::json("{'quant_method':'awq','bits':4,'group_size':64,'zero_point':true,"
                                       "'version':'gemm','modules_to_not_convert':null}")));
        QVERIFY(fs::exists(out / "tokenizer.json"));
    }

    void awqGemmNamesWhatStaysFloat() {
        auto f = facts();
        f.floatLinears = {"layers.0.gate"};
        f.floatModules = {"vision_tower"};
        CheckpointWriter writer("awq-gemm", fresh("gemm-kept"), f);
        write(writer, linear(DType::F16));
        const Json config = core::readJsonFile(in("gemm-kept/config.json"));
        QVERIFY(config["quantization_config"]["modules_to_not_convert"] ==
                Json({"layers.0.gate", "vision_tower", "model.vision_tower"}));
    }

    void activationScalesAreOnesUnlessGiven() {
        auto f = facts();
        f.activationScales = {{"layers.0.act.scales", 3}, {"layers.1.act.scales", 2}};
        for (const char* format : {"awq-gemm", "llm-awq"}) {
            const fs::path out = fresh(std::string("ones-") + format);
            CheckpointWriter writer(format, out, f);
            writer.addActivationScale("layers.1.act.scales", std::vector<float>{2, 4});
            write(writer, linear(DType::F16));
            const auto source = TensorSource::open(out);
            QCOMPARE(core::toFloats(source.read("layers.0.act.scales")), (std::vector<float>{1, 1, 1}));
            QCOMPARE(core::toFloats(source.read("layers.1.act.scales")), (std::vector<float>{2, 4}));
        }
        CheckpointWriter writer("compressed-tensors", fresh("ones-ct"), f);
        writer.addActivationScale("layers.0.act.scales", std::vector<float>{1, 1, 1});
        AWQ_EXPECT_ERROR(writer.addActivationScale("layers.1.act.scales", std::vector<float>{2, 4}),
                         core::ErrorCode::badInput, "no place");
        write(writer, linear(DType::BF16));
        QVERIFY(!TensorSource::open(in("ones-ct")).find("layers.0.act.scales"));
    }

    void llmAwq() {
        const fs::path out = fresh("llm");
        const auto fc = linear(DType::BF16);
        CheckpointWriter writer("llm-awq", out, facts());
        const auto manifest = write(writer, fc);
        QVERIFY(fs::exists(out / "tiny-model-w4-g64-awq-v2.pt"));
        const auto source = TensorSource::open(out);
        QCOMPARE(namesOf(source), (std::vector<std::string>{"embed.weight", "layers.0.fc.bias", "layers.0.fc.qweight",
                                                            "layers.0.fc.scaled_zeros", "layers.0.fc.scales",
                                                            "lm_head.weight", "positions"}));
        QCOMPARE(manifest.size(), std::size_t(7));
        QCOMPARE(core::unpackLlmAwq(source.read("layers.0.fc.qweight").as<std::int16_t>(), 64, 128), fc.codes);
        QCOMPARE(source.at("layers.0.fc.scales").shape, (std::vector<std::int64_t>{16, 64}));
        const auto scales = core::toFloats(source.read("layers.0.fc.scales")),
                   zeros = core::toFloats(source.read("layers.0.fc.scaled_zeros"));
        for (int j = 0; j < 16; ++j)
            for (int n = 0; n < 64; ++n) {
                const float scale = j < 2 ? fc.scales[std::size_t(n * 2 + j)] : 0;
                const float zero = j < 2 ? -scale * float(fc.zeros[std::size_t(n * 2 + j)]) : 0;
                QCOMPARE(scales[std::size_t(j * 64 + n)], scale);
                QCOMPARE(zeros[std::size_t(j * 64 + n)], core::bfloat16ToFloat(core::floatToBfloat16(zero)));
            }
        QCOMPARE(source.at("lm_head.weight").offset, source.at("embed.weight").offset); // one storage
        QVERIFY(!core::readJsonFile(out / "config.json").contains("quantization_config"));
    }

    void compressedTensors_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::addColumn<bool>("zeroPoint");
        QTest::newRow("w4g64") << 4 << 64 << true;
        QTest::newRow("w3g32") << 3 << 32 << true;
        QTest::newRow("w4 whole rows") << 4 << -1 << true;
        QTest::newRow("symmetric") << 4 << 64 << false;
    }

    void compressedTensors() {
        QFETCH(int, bits);
        QFETCH(int, group);
        QFETCH(bool, zeroPoint);
        const fs::path out = fresh(std::string("ct-") + QTest::currentDataTag());
        const std::int64_t effective = group < 0 ? 128 : group, groups = 128 / effective;
        const auto fc = linear(DType::BF16, bits, effective);
        auto f = facts(bits, group);
        f.zeroPoint = zeroPoint;
        f.floatModules = {"vision_tower"};
        f.head = "embed_out"; // excluded under its own name and under that of Transformers 5
        CheckpointWriter writer("compressed-tensors", out, f);
        write(writer, fc);
        const auto source = TensorSource::open(out);
        QCOMPARE(core::unpackRows(source.read("layers.0.fc.weight_packed").as<std::int32_t>(), 64, 128, bits),
                 fc.codes);
        QCOMPARE(core::toFloats(source.read("layers.0.fc.weight_scale")), fc.scales);
        QCOMPARE(source.at("layers.0.fc.weight_scale").dtype, DType::BF16);
        QCOMPARE(source.read("layers.0.fc.weight_shape").as<std::int64_t>()[1], std::int64_t(128));
        QCOMPARE(source.find("layers.0.fc.weight_zero_point") != nullptr, zeroPoint);
        if (zeroPoint)
            QCOMPARE(
                core::unpackColumns(source.read("layers.0.fc.weight_zero_point").as<std::int32_t>(), 64, groups, bits),
                fc.zeros);
        const Json config = core::readJsonFile(out / "config.json");
        QCOMPARE(config["torch_dtype"], Json("bfloat16"));
        const Json& quantization = config["quantization_config"];
        QVERIFY(quantization["ignore"] == Json({"embed_out", "lm_head", "re:.*vision_tower.*"}));
        Json weights{{"num_bits", bits},
                     {"type", "int"},
                     {"symmetric", !zeroPoint},
                     {"dynamic", false},
                     {"strategy", group < 0 ? "channel" : "group"}};
        if (group > 0)
            weights["group_size"] = group;
        QVERIFY(quantization["config_groups"]["group_0"]["weights"] == weights);
        QVERIFY(quantization["config_groups"]["group_0"]["targets"] == Json::array({"Linear"}));
    }

    void compressedTensorsMixesBits() {
        auto f = facts();
        f.tensors.push_back({{"layers.1.fc.weight", DType::BF16, {64, 128}}, core::PackedForm{3, 64}});
        CheckpointWriter writer("compressed-tensors", fresh("ct-mixed"), f);
        auto second = linear(DType::BF16, 3);
        second.name = "layers.1.fc";
        writer.add(second.view());
        write(writer, linear(DType::BF16));
        const Json groups = core::readJsonFile(in("ct-mixed/config.json"))["quantization_config"]["config_groups"];
        QVERIFY(groups["group_0"]["targets"] == Json::array({"layers.1.fc"}));
        QCOMPARE(groups["group_0"]["weights"]["num_bits"], Json(3));
        QVERIFY(groups["group_1"]["targets"] == Json::array({"layers.0.fc"}));
    }

    void simulated() {
        auto f = facts(5);
        f.dtype = DType::F32;
        const auto fc = linear(DType::F32, 5);
        CheckpointWriter writer("simulated", fresh("simulated"), f);
        write(writer, fc);
        const auto source = TensorSource::open(in("simulated"));
        QCOMPARE(core::toFloats(source.read("layers.0.fc.weight")), fc.dense());
        QCOMPARE(source.at("embed.weight").dtype, DType::F32);
        const Json config = core::readJsonFile(in("simulated/config.json"));
        QCOMPARE(config["torch_dtype"], Json("float32"));
        QVERIFY(!config.contains("quantization_config"));
    }

    void orderOfTensorsDoesNotMatter() {
        for (const char* format : {"awq-gemm", "compressed-tensors", "simulated"}) {
            auto f = facts();
            f.maxShardBytes = 3000;
            const fs::path one = fresh(std::string("one-") + format), two = fresh(std::string("two-") + format);
            CheckpointWriter forward(format, one, f), backward(format, two, f);
            write(forward, linear(DType::F16));
            write(backward, linear(DType::F16), true);
            std::size_t files = 0;
            for (const auto& entry : fs::directory_iterator(one)) {
                QCOMPARE(test::readFile(entry.path()), test::readFile(two / entry.path().filename()));
                ++files;
            }
            QVERIFY(files > 4); // shards, index, config, tokenizer
        }
    }

    void refusesWhatTheFormatCannotHold() {
        const auto opening = [&](const char* format, std::int64_t rows, std::int64_t columns, core::PackedForm form) {
            auto f = facts();
            f.tensors = {{{"fc.weight", DType::F16, {rows, columns}}, form}};
            const fs::path out = fresh("refused");
            return test::caughtError([&] { CheckpointWriter(format, out, f); });
        };
        QVERIFY(test::refused(opening("awq-gemm", 12, 128, {4, 64}), "12 rows are not a multiple of 8"));
        QVERIFY(test::refused(opening("awq-gemm", 16, 128, {3, 64}), "no packed form for 3 bits"));
        QVERIFY(test::refused(opening("awq-gemm", 16, 96, {4, 64}), "not a multiple of the group size 64"));
        QVERIFY(test::refused(opening("llm-awq", 16, 96, {4, 32}), "96 columns are not a multiple of 64"));
        AWQ_EXPECT_ERROR(CheckpointWriter("gguf", in("refused"), facts()), core::ErrorCode::usage, "gguf");
    }

    void refusesFloatsThatDoNotFit() {
        CheckpointWriter writer("awq-gemm", fresh("overflow"), facts());
        std::vector<float> huge(32, 1e6f);
        QVERIFY(test::refused(test::caughtError([&] {
                                  writer.addFloat("embed.weight", core::fromFloats(huge, DType::BF16, {4, 8}));
                              }),
                              "does not fit into F16"));
    }

    void refusesMisuse() {
        const auto fc = linear(DType::F16);
        CheckpointWriter writer("awq-gemm", fresh("misuse"), facts());
        auto other = fc;
        other.name = "layers.9.fc";
        AWQ_EXPECT_ERROR(writer.add(other.view()), core::ErrorCode::internal, "not declared");
        other = fc;
        other.zeros.pop_back();
        AWQ_EXPECT_ERROR(writer.add(other.view()), core::ErrorCode::internal, "do not have its shape");
        AWQ_EXPECT_ERROR(writer.finish(), core::ErrorCode::internal, "never written");
    }
};

QTEST_GUILESS_MAIN(CheckpointWriterTest)
#include "checkpoint_writer_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What observers of a block see, its inspected modules alone, and weights that cannot be used.
#include <QtTest>

#include <algorithm>
#include <cstring>
#include <limits>

#include "tests/support/expect_error.h"
#include "tests/support/family_variants.h"
#include "tests/support/packed_model.h"
#include "tests/support/random_model.h"
#include "tests/support/tiny_model.h"
#include "tests/support/torch/block_probe.h"
#include "tests/support/torch/decoder_probe.h"

using namespace awq;
namespace fs = std::filesystem;

class BlockTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    fs::path variant(const std::string& name) const {
        for (const test::FamilyVariant& known : test::familyVariants())
            if (known.name == name)
                return test::writeRandomModel(in(name), known.config);
        throw std::invalid_argument("no such variant: " + name);
    }

private slots:
    void observersSeeSharedInputsOnce() {
        const auto seen = test::seenLinears(test::writeTinyModel(in("plain")));
        const std::vector<std::string> names{"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj",
                                             "self_attn.o_proj", "mlp.gate_proj",    "mlp.up_proj",
                                             "mlp.down_proj"};
        const std::vector<int> inputs{0, 0, 0, 1, 2, 2, 3};
        QCOMPARE(seen.size(), names.size());
        for (std::size_t i = 0; i < seen.size(); ++i) {
            QCOMPARE(seen[i].name, names[i]);
            QCOMPARE(seen[i].input, inputs[i]);
            QCOMPARE(seen[i].tokens, std::int64_t(10));
            QCOMPARE(seen[i].columns, std::int64_t(i == 6 ? 256 : 128));
        }
    }

    void expertsSeeTheirTokens() {
        const auto seen = test::seenLinears(variant("mixtral"));
        std::int64_t routed = 0;
        for (const test::SeenLinear& linear : seen) {
            if (linear.name == "block_sparse_moe.gate")
                QCOMPARE(linear.tokens, std::int64_t(10));
            if (linear.name.ends_with(".w1"))
                routed += linear.tokens;
        }
        QCOMPARE(routed, std::int64_t(20)); // two experts a token
    }

    void modulesAddUpToTheBlock_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"llama biases, tied", "falcon 11b", "falcon rw", "gptneox sequential", "mixtral",
                                 "qwen2moe, one block dense", "starcoder2"})
            QTest::newRow(name) << QString(name);
    }
    void modulesAddUpToTheBlock() {
        QFETCH(QString, name);
        const auto differences = test::moduleDifferences(variant(name.toStdString()));
        QVERIFY(differences.size() >= 3);
        for (const auto& [module, difference] : differences)
            QVERIFY2(difference <= 1e-12, (module + " " + std::to_string(difference)).c_str());
    }

    void valuesThatAreNotFiniteAreNamed() {
        const test::TinyModelOptions options{.dtype = core::DType::F32};
        auto tensors = test::tinyModelTensors(options);
        auto& tensor = *std::find_if(tensors.begin(), tensors.end(), [](const auto& candidate) {
            return candidate.name == "model.layers.1.mlp.up_proj.weight";
        });
        const auto put = [&](float value) { std::memcpy(&tensor.bytes[4 * (3 * 128 + 7)], &value, 4); };
        const auto folder = test::writeTinyModel(in("values"), options);
        const auto refused = [&](core::DType dtype) {
            test::writeTensorFile(folder / "model.safetensors", tensors);
            return test::refused(test::caughtError([&] {
                                     test::computeLogits(folder, {1, 2, {1, 2}}, dtype);
                                 }),
                                 "'model.layers.1.mlp.up_proj.weight' holds a value that is not finite at [3, 7]");
        };
        put(std::numeric_limits<float>::quiet_NaN());
        QVERIFY(refused(core::DType::F32));
        put(1e6F); // beyond float16
        QVERIFY(refused(core::DType::F16));
    }

    void idsAndLengthsOutsideAreNamed() {
        const auto opt = variant("opt gelu, no biases");
        AWQ_EXPECT_ERROR(test::computeLogits(opt, {1, 2, {1, 64}}), core::ErrorCode::badInput, "token id 64");
        AWQ_EXPECT_ERROR(test::computeLogits(opt, {1, 41, std::vector<std::int64_t>(41)}), core::ErrorCode::badInput,
                         "41 tokens exceed the 40 positions");
    }

    // Packed linears compute what their dequantized weights compute.
    void runsPackedFolders() {
        const fs::path model = test::writeTinyModel(in("float"), {.dtype = core::DType::F16});
        test::writeTensorFile(in("dense/model.safetensors"), test::writePackedModel(in("packed"), model));
        test::writeTinyConfig(in("dense"), {});
        const test::TokenIds ids{1, 4, {5, 6, 7, 8}};
        QCOMPARE(test::computeLogits(in("packed"), ids), test::computeLogits(in("dense"), ids));
        QVERIFY(test::computeLogits(in("packed"), ids) != test::computeLogits(model, ids));
    }
};

QTEST_GUILESS_MAIN(BlockTest)
#include "block_test.moc"

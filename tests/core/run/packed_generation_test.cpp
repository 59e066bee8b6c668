// SPDX-License-Identifier: GPL-3.0-or-later
// A quantized folder runs from its packed weights: the greedy tokens are those of the weights the codes stand for, and
// memory holds the packed form.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/quantized_model.h"
#include "tests/support/shared_data.h"
#include "tests/support/tiny_model.h"
#include "tests/support/torch/generator_probe.h"

using namespace awq;

namespace {

constexpr std::int64_t steps = 64;
constexpr double tolerance = 1e-4; // of logits of the order of ten

void verifySame(const test::PackedComparison& found) {
    qInfo("%lld ties in %lld tokens, largest difference of logits %.3g, %lld bytes instead of %lld",
          static_cast<long long>(found.ties), static_cast<long long>(found.steps), found.largestDifference,
          static_cast<long long>(found.packedBytes), static_cast<long long>(found.floatBytes));
    QCOMPARE(found.others, 0);
    QVERIFY(found.ties <= 2);
    QVERIFY(found.largestDifference <= tolerance);
    QVERIFY(found.packedBytes < found.floatBytes);
}

} // namespace

class PackedGenerationTest : public QObject {
    Q_OBJECT

private slots:
    void formatsOfATinyModel_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("groupSize");
        QTest::newRow("awq-gemm") << "awq-gemm" << 4 << 64;
        QTest::newRow("awq-gemm whole rows") << "awq-gemm" << 4 << -1;
        QTest::newRow("llm-awq") << "llm-awq" << 4 << 128;
        QTest::newRow("INT4 groups of 32") << "compressed-tensors" << 4 << 32;
        QTest::newRow("INT3") << "compressed-tensors" << 3 << 128;
    }
    void formatsOfATinyModel() {
        QFETCH(QString, format);
        QFETCH(int, bits);
        QFETCH(int, groupSize);
        QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        test::writeTinyModel(root / "float", {.hidden = 128, .intermediate = 384});
        test::writeQuantizedModel(root / "float", root / "packed", format.toStdString(), bits, groupSize);
        const auto found = test::comparePacked(root / "packed", {3, 141, 59, 26, 53}, steps, tolerance);
        verifySame(found);
        // Norms and the head stay float; the linears, 229,376 weights per block, do not.
        constexpr std::int64_t weights = 2 * (4 * 128 * 128 + 3 * 128 * 384);
        QVERIFY(found.floatBytes - found.packedBytes > weights * 4 * 8 / 10);
    }

    void groupsWithoutAKernelBecomeFloats() {
        QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        test::writeTinyModel(root / "float", {.hidden = 192, .intermediate = 384});
        test::writeQuantizedModel(root / "float", root / "packed", "compressed-tensors", 4, 96);
        const auto found = test::comparePacked(root / "packed", {3, 141, 59}, 8, 0);
        QCOMPARE(found.largestDifference, 0.0);
        QCOMPARE(found.packedBytes, found.floatBytes);
    }

    void families_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"llama2", "llama3", "qwen2", "qwen3", "opt", "bloom", "mpt", "falcon7b", "falcon40b",
                                  "gptneox", "gptbigcode"})
            QTest::newRow(model) << QString(model);
    }
    void families() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        QTemporaryDir folder;
        const std::filesystem::path packed = std::filesystem::path(folder.path().toStdString()) / "packed";
        const auto source = zoo / (model.toStdString() + "-tiny");
        test::writeQuantizedModel(source, packed, "compressed-tensors", 4, 32);
        const test::TokenIds ids = test::readIds(source / "reference.safetensors", "input_ids");
        verifySame(test::comparePacked(packed, {ids.ids.begin(), ids.ids.begin() + 30}, steps, tolerance));
    }
};

QTEST_GUILESS_MAIN(PackedGenerationTest)
#include "packed_generation_test.moc"

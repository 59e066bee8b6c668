// SPDX-License-Identifier: GPL-3.0-or-later
// Packed layouts, bit for bit: known words and checksums, what the original packers wrote, and the way back.
#include <QtTest>
#include <cmath>
#include <random>

#include "core/export/manifest.h"
#include "core/model/float_values.h"
#include "core/model/tensor_source.h"
#include "core/quant/packing.h"
#include "tests/support/expect_error.h"
#include "tests/support/shared_data.h"

using namespace awq;
using core::Codes;

namespace {

template <typename T>
std::uint32_t crc(const std::vector<T>& values) {
    return core::crc32Of(std::as_bytes(std::span(values)));
}

// Codes and zero points of the known checksums: 8 rows, 64 columns, groups of 32.
Codes knownCodes() {
    Codes codes;
    for (int n = 0; n < 8; ++n)
        for (int k = 0; k < 64; ++k)
            codes.push_back(std::uint8_t((3 * n + 5 * k + k / 8) % 16));
    return codes;
}
Codes knownZeros() {
    Codes zeros;
    for (int n = 0; n < 8; ++n)
        for (int j = 0; j < 2; ++j)
            zeros.push_back(std::uint8_t((n + 7 * j) % 16));
    return zeros;
}

Codes randomCodes(std::int64_t count, int bits) {
    std::mt19937 random(7);
    Codes codes(static_cast<std::size_t>(count));
    for (auto& code : codes)
        code = std::uint8_t(random() & ((1u << bits) - 1));
    return codes;
}

} // namespace

class PackingTest : public QObject {
    Q_OBJECT

private slots:
    void knownWords() {
        QCOMPARE(core::packAwqGemm(Codes{0, 1, 2, 3, 4, 5, 6, 7}, 8, 1), (std::vector<std::int32_t>{0x75316420}));
        const auto gemm = core::packAwqGemm(knownCodes(), 8, 64);
        QCOMPARE(std::uint32_t(gemm[1]), 0xa4e871b5u);
        QCOMPARE(crc(gemm), 0xc3d7e695u);
        QCOMPARE(crc(core::packAwqGemm(knownZeros(), 8, 2)), 0x7390f500u);
        QCOMPARE(crc(core::packRows(knownCodes(), 8, 64, 4)), 0xcb7b9983u);
        QCOMPARE(crc(core::packColumns(knownZeros(), 8, 2, 4)), 0x977a7d9au);
        QCOMPARE(crc(core::packLlmAwq(knownCodes(), 8, 64)), 0x5efd34eau);
    }

    void knownScales() {
        std::vector<float> scales;
        for (int n = 0; n < 8; ++n)
            for (int j = 0; j < 2; ++j)
                scales.push_back(float((n + 1) * (j + 1)) / 64);
        const auto stored =
            core::fromFloats(core::transposed(std::span<const float>(scales), 8, 2), core::DType::F16, {2, 8});
        QCOMPARE(core::crc32Of(stored.bytes), 0x5e6cfaf7u);
    }

    void bitStreamsStraddleWords() {
        // 11 values of 3 bits: the eleventh has two bits in the first word and one in the second
        const Codes ones(11, 7);
        QCOMPARE(core::packRows(ones, 1, 11, 3), (std::vector<std::int32_t>{-1, 1}));
        QCOMPARE(core::packRows(Codes{1, 2, 3}, 1, 3, 3), (std::vector<std::int32_t>{1 | 2 << 3 | 3 << 6}));
        QCOMPARE(core::packRows(Codes(36, 0), 1, 36, 4).size(), std::size_t(5));
        QCOMPARE(core::packColumns(ones, 11, 1, 3), (std::vector<std::int32_t>{-1, 1}));
    }

    void unpackingReverses_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        for (const auto& [rows, columns] :
             {std::pair(16, 192), std::pair(136, 64), std::pair(8, 320), std::pair(264, 128)})
            QTest::addRow("%dx%d", rows, columns) << rows << columns;
    }

    void unpackingReverses() {
        QFETCH(int, rows);
        QFETCH(int, columns);
        const Codes codes = randomCodes(rows * columns, 4);
        QCOMPARE(core::unpackAwqGemm(core::packAwqGemm(codes, rows, columns), rows, columns), codes);
        QCOMPARE(core::unpackLlmAwq(core::packLlmAwq(codes, rows, columns), rows, columns), codes);
        for (int bits = 1; bits <= 8; ++bits) {
            const Codes small = randomCodes(rows * (columns - 3), bits);
            QCOMPARE(core::unpackRows(core::packRows(small, rows, columns - 3, bits), rows, columns - 3, bits), small);
            QCOMPARE(core::unpackColumns(core::packColumns(small, rows, columns - 3, bits), rows, columns - 3, bits),
                     small);
        }
    }

    void llmAwqIndexFormula() {
        const Codes codes = randomCodes(16 * 192, 4);
        const auto words = core::packLlmAwq(codes, 16, 192);
        for (int row = 0; row < 16; ++row)
            for (int k = 0; k < 192; ++k) {
                const int block = k / 64, half = k % 64 / 32, n = k % 32 / 8, t = k % 8;
                const auto word =
                    std::uint16_t(words[std::size_t(row / 4 * 192 + 64 * block + 16 * (row % 4) + 8 * half + t)]);
                QCOMPARE(word >> (4 * n) & 15, int(codes[std::size_t(row * 192 + k)]));
            }
    }

    void groupPadding() {
        QCOMPARE(core::paddedGroups(4096, 128), std::int64_t(4 * 8));
        QCOMPARE(core::paddedGroups(11008, 128), std::int64_t(11 * 8));
        QCOMPARE(core::paddedGroups(4096, 64), std::int64_t(8 * 8));
        QCOMPARE(core::paddedGroups(11008, 64), std::int64_t(22 * 8));
        QCOMPARE(core::paddedGroups(4096, 32), std::int64_t(16 * 8));
        QCOMPARE(core::paddedGroups(2560, 128), std::int64_t(3 * 8));
        QCOMPARE(core::paddedGroups(768, 128), std::int64_t(8));
        QCOMPARE(core::paddedGroups(4096, 4096), std::int64_t(8));
        AWQ_EXPECT_ERROR(core::paddedGroups(4096, 16), core::ErrorCode::badInput, "group size 16");
    }

    void misuseIsRefused() {
        AWQ_EXPECT_ERROR(core::packAwqGemm(Codes(8, 16), 8, 1), core::ErrorCode::internal, "does not fit");
        AWQ_EXPECT_ERROR(core::packAwqGemm(Codes(7), 7, 1), core::ErrorCode::internal, "multiples of 8");
        AWQ_EXPECT_ERROR(core::packRows(Codes(7), 8, 1, 4), core::ErrorCode::internal, "shape");
        AWQ_EXPECT_ERROR(core::unpackRows(std::vector<std::int32_t>(3), 1, 8, 4), core::ErrorCode::internal, "shape");
    }

    void equalsTheOriginalPackers_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("group");
        QTest::newRow("k128n64g32") << "k128n64g32" << 32;
        QTest::newRow("k256n128g64") << "k256n128g64" << 64;
        QTest::newRow("k256n128g128") << "k256n128g128" << 128;
        QTest::newRow("k512n256g128") << "k512n256g128" << 128;
    }

    void equalsTheOriginalPackers() {
        AWQ_REQUIRE_SHARED(file, "golden/packing.safetensors");
        QFETCH(QString, name);
        QFETCH(int, group);
        const auto source = core::TensorSource::open(file);
        const std::string prefix = name.toStdString() + ".";
        const auto floats = [&](const char* key) { return core::toFloats(source.read(prefix + key)); };
        const auto equal = [&](const char* key, std::span<const std::byte> bytes) {
            const auto stored = source.read(prefix + key);
            return std::ranges::equal(stored.bytes, bytes);
        };
        const auto shape = source.at(prefix + "weight").shape;
        const std::int64_t rows = shape[0], columns = shape[1], groups = columns / group;
        const auto dequantized = floats("dequantized"), scales = floats("scale");
        const auto zeroTensor = source.read(prefix + "zero_point");
        const auto zeroPoints = zeroTensor.as<std::int32_t>();
        const Codes zeros(zeroPoints.begin(), zeroPoints.end());
        Codes codes(static_cast<std::size_t>(rows * columns));
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const std::size_t g = i / std::size_t(group);
            codes[i] = std::uint8_t(std::nearbyint(dequantized[i] / scales[g]) + zeros[g]);
        }
        const auto bytesOf = [](const auto& values) { return std::as_bytes(std::span(values)); };
        QVERIFY(equal("autoawq_gemm.qweight", bytesOf(core::packAwqGemm(codes, rows, columns))));
        QVERIFY(equal("autoawq_gemm.qzeros", bytesOf(core::packAwqGemm(zeros, rows, groups))));
        QVERIFY(equal("autoawq_gemv.qweight", bytesOf(core::packRows(codes, rows, columns, 4))));
        const std::int64_t padded = core::paddedGroups(columns, group);
        const Codes paddedZeros = core::resizedRows(CodeSpan(zeros), rows, groups, padded);
        QVERIFY(equal("autoawq_gemv.qzeros", bytesOf(core::packRows(paddedZeros, rows, padded, 4))));
        QVERIFY(equal("autoawq_gemv_fast.qweight", bytesOf(core::packLlmAwq(codes, rows, columns))));
        QVERIFY(equal("llm_awq_v2.qweight", bytesOf(core::packLlmAwq(codes, rows, columns))));
        QCOMPARE(core::unpackAwqGemm(source.read(prefix + "autoawq_gemm.qweight").as<std::int32_t>(), rows, columns),
                 codes);
        QCOMPARE(core::unpackLlmAwq(source.read(prefix + "llm_awq_v2.qweight").as<std::int16_t>(), rows, columns),
                 codes);
    }

private:
    using CodeSpan = core::CodeSpan;
};

QTEST_GUILESS_MAIN(PackingTest)
#include "packing_test.moc"

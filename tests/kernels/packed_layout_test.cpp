// SPDX-License-Identifier: GPL-3.0-or-later
// The packed layout to the bit, and packing and unpacking on the CPU.
#include <QtTest>

#include <set>

#include "tests/kernels/test_tensors.h"

using namespace awq::kernels;
using namespace awq::test;

namespace {

// Bits of an INT3 row's three words that hold the code of a column, lowest first, from the table in layout.h.
struct BitPlace {
    int word, bit;
    auto operator<=>(const BitPlace&) const = default;
};

std::vector<BitPlace> int3Bits(int column) {
    const int j = column / 16, h = column / 8 % 2, e = column % 2;
    if (j == 7 && h == 1)
        return {{0, 16 * e + 15}, {1, 16 * e + 15}, {2, 16 * e + 15}};
    int word = j % 3, bit = 0;
    if (j < 3)
        bit = h == 0 ? 0 : 9;
    else if (j < 6)
        bit = h == 0 ? 3 : 12;
    else {
        word = j == 6 ? h : 2;
        bit = 6;
    }
    return {{word, 16 * e + bit}, {word, 16 * e + bit + 1}, {word, 16 * e + bit + 2}};
}

} // namespace

class PackedLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void int4PlacesFollowTheTable() {
        for (int row = 0; row < recordRows; ++row)
            for (int column = 0; column < recordColumns; ++column) {
                std::vector<std::uint32_t> words(512);
                putCode(words.data(), 4, row, column, 15);
                const int c = column / 32, s = column / 16 % 2, h = column / 8 % 2, t = column / 2 % 4, e = column % 2;
                const int lane = row % 8 * 4 + t, i = row / 8;
                std::vector<std::uint32_t> expected(512);
                expected[std::size_t(128 * c + 4 * lane + i)] = 15u << (4 * s + 8 * h + 16 * e);
                QCOMPARE(words, expected);
            }
    }

    void int3PlacesFollowTheTable() {
        std::set<std::pair<int, BitPlace>> taken;
        for (int row = 0; row < recordRows; ++row)
            for (int column = 0; column < recordColumns; ++column)
                for (int bit = 0; bit < 3; ++bit) {
                    std::vector<std::uint32_t> words(384), expected(384);
                    putCode(words.data(), 3, row, column, 1u << bit);
                    const BitPlace place = int3Bits(column)[std::size_t(bit)];
                    const int word = 128 * place.word + 4 * (row % 8 * 4 + column / 2 % 4) + row / 8;
                    expected[std::size_t(word)] = 1u << place.bit;
                    QCOMPARE(words, expected);
                    QVERIFY(taken.insert({word, place}).second);
                }
        QCOMPARE(taken.size(), std::size_t(384 * 32));
    }

    void sizes() {
        QCOMPARE((PackedLayout{4, 32, 128, 128}.recordBytes()), 2176);
        QCOMPARE((PackedLayout{3, 32, 128, 128}.recordBytes()), 1664);
        QCOMPARE((PackedLayout{4, 32, 128, 32}.recordBytes()), 2560);
        QCOMPARE((PackedLayout{3, 32, 128, 64}.recordBytes()), 1792);
        QCOMPARE((PackedLayout{4, 33, 160, 32}.bytes()), 2 * 2 * 2560);
    }

    void roundTrip_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("groupSize");
        for (const int bits : {3, 4}) {
            QTest::addRow("w%d group 128", bits) << bits << 64 << 256 << 128;
            QTest::addRow("w%d group 32, tails", bits) << bits << 45 << 160 << 32;
            QTest::addRow("w%d group 64, tails", bits) << bits << 7 << 192 << 64;
            QTest::addRow("w%d group 256", bits) << bits << 32 << 512 << 256;
            QTest::addRow("w%d whole row", bits) << bits << 40 << 352 << 352;
            QTest::addRow("w%d short row", bits) << bits << 5 << 8 << 8;
        }
    }

    void roundTrip() {
        QFETCH(int, bits);
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, groupSize);
        for (const DType type : {DType::float16, DType::bfloat16}) {
            const PackedMatrix matrix = randomPacked({bits, rows, columns, groupSize}, type, 7);
            std::vector<std::uint8_t> codes(matrix.codes.size()), zeros(matrix.zeroPoints.size());
            Tensor scales(type, matrix.scales.size()), values(DType::float32, rows * columns);
            UnpackArgs args;
            args.weight = matrix.weight();
            args.codes = codes.data();
            args.zeroPoints = zeros.data();
            args.scales = scales.data();
            args.valueType = DType::float32;
            args.values = values.data();
            QCOMPARE(cpu::unpack(args), Status::ok);
            QCOMPARE(codes, matrix.codes);
            QCOMPARE(zeros, matrix.zeroPoints);
            QVERIFY(scales == matrix.scales);
            for (int n = 0; n < rows; ++n)
                for (int k = 0; k < columns; ++k) {
                    const int group = n * (columns / groupSize) + k / groupSize;
                    const int steps = codes[std::size_t(n * columns + k)] - zeros[std::size_t(group)];
                    QCOMPARE(values.at(n * columns + k), float(steps) * scales.at(group));
                }
        }
    }

    void symmetricStoresTheMiddle() {
        PackedMatrix matrix = randomPacked({3, 32, 128, 128}, DType::float16, 8);
        PackArgs args;
        args.layout = matrix.layout;
        args.codes = matrix.codes.data();
        args.scales = matrix.scales.data();
        args.packed = matrix.packed.data();
        QCOMPARE(cpu::pack(args), Status::ok);
        std::vector<std::uint8_t> zeros(32);
        UnpackArgs unpacked;
        unpacked.weight = matrix.weight();
        unpacked.zeroPoints = zeros.data();
        QCOMPARE(cpu::unpack(unpacked), Status::ok);
        QCOMPARE(zeros, std::vector<std::uint8_t>(32, 4));
    }

    void refusesUnknownLayouts() {
        QCOMPARE(check(PackedLayout{4, 32, 128, 128}), Status::ok);
        QCOMPARE(check(PackedLayout{5, 32, 128, 128}), Status::badShape);
        QCOMPARE(check(PackedLayout{4, 0, 128, 128}), Status::badShape);
        QCOMPARE(check(PackedLayout{4, 32, 192, 96}), Status::badShape);
        QCOMPARE(check(PackedLayout{4, 32, 200, 64}), Status::badShape);
        PackArgs args;
        args.layout = {4, 32, 128, 128};
        QCOMPARE(cpu::pack(args), Status::badShape); // null pointers
        args.scaleType = DType::float32;
        QCOMPARE(cpu::pack(args), Status::badDType);
    }

    void codeWordsRoundTrip_data() {
        QTest::addColumn<int>("layout");
        QTest::addColumn<QByteArray>("firstWord");
        // Codes (3n + 5k) % 16 for 8 x 64: the first words of each format.
        QTest::newRow("awq gemm") << int(WordLayout::awqGemm) << QByteArray("5f932c60");
        QTest::newRow("input rows") << int(WordLayout::inputRows) << QByteArray("3e94fa50");
        QTest::newRow("llm-awq") << int(WordLayout::llmAwq) << QByteArray("b290");
    }

    void codeWordsRoundTrip() {
        QFETCH(int, layout);
        QFETCH(QByteArray, firstWord);
        std::vector<std::uint8_t> codes, again(8 * 64);
        for (int n = 0; n < 8; ++n)
            for (int k = 0; k < 64; ++k)
                codes.push_back(std::uint8_t((3 * n + 5 * k + k / 8) % 16));
        std::vector<std::uint32_t> words(64);
        CodeWordsArgs args{WordLayout(layout), 8, 64, codes.data(), words.data()};
        QCOMPARE(cpu::wordsFromCodes(args), Status::ok);
        const std::uint32_t mask = WordLayout(layout) == WordLayout::llmAwq ? 0xffffu : 0xffffffffu;
        QCOMPARE(words[0] & mask, firstWord.toUInt(nullptr, 16));
        args.codes = again.data();
        QCOMPARE(cpu::codesFromWords(args), Status::ok);
        QCOMPARE(again, codes);
    }
};

QTEST_GUILESS_MAIN(PackedLayoutTest)
#include "packed_layout_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU's fast packed product, in every instruction set the processor has, against the oracle.
#include <QtTest>

#include "kernels/cpu/fast_packed_linear.h"
#include "tests/kernels/test_tensors.h"

using namespace awq::kernels;
using namespace awq::test;

class FastPackedLinearTest : public QObject {
    Q_OBJECT

private slots:
    void agreesWithTheOracle_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("groupSize");
        QTest::addColumn<int>("tokens");
        for (const int bits : {3, 4})
            for (const int groupSize : {32, 64, 128, 0})
                for (const int tokens : {1, 3, 9, 37}) {
                    const int columns = groupSize == 128 ? 384 : 320;
                    QTest::addRow("w%d group %d tokens %d", bits, groupSize, tokens)
                        << bits << 70 << columns << (groupSize ? groupSize : columns) << tokens;
                }
    }

    void agreesWithTheOracle() {
        QFETCH(int, bits);
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, groupSize);
        QFETCH(int, tokens);
        for (const DType scaleType : {DType::float16, DType::bfloat16})
            for (const DType type : {DType::float32, DType::float16, DType::bfloat16}) {
                const PackedMatrix matrix = randomPacked({bits, rows, columns, groupSize}, scaleType, 11);
                const Tensor input = randomTensor(type, tokens * (columns + 8), 12),
                             bias = randomTensor(type, rows, 13);
                Tensor expected(type, tokens * (rows + 3)), output(type, tokens * (rows + 3));
                PackedLinearArgs args;
                args.weight = matrix.weight();
                args.type = type;
                args.tokens = tokens;
                args.input = input.data();
                args.inputStride = columns + 8;
                args.bias = bias.data();
                args.output = expected.data();
                args.outputStride = rows + 3;
                QCOMPARE(cpu::packedLinear(args), Status::ok);
                args.output = output.data();
                const double bound = type == DType::float32 ? 5e-7 : type == DType::float16 ? 2e-4 : 2e-3;
                for (const cpu::RowBlockVariant& variant : cpu::rowBlockVariants()) {
                    output = Tensor(type, tokens * (rows + 3));
                    args.output = output.data();
                    QCOMPARE(cpu::fastPackedLinear(args, {}, variant.function), Status::ok);
                    QVERIFY2(relativeError(output, expected) < bound, variant.name);
                }
            }
    }

    // One input a thousand and a million times larger than the others, the largest and the smallest floats.
    void keepsSmallInputsBesideLargeOnes_data() {
        QTest::addColumn<float>("usual");
        QTest::addColumn<float>("outlier");
        QTest::newRow("a thousand times") << 1.0f << 1e3f;
        QTest::newRow("a million times") << 1.0f << 1e6f;
        QTest::newRow("huge") << 1e30f << 1e33f;
        QTest::newRow("subnormal") << 1e-41f << 1e-39f;
        QTest::newRow("zeros") << 0.0f << 0.0f;
    }

    void keepsSmallInputsBesideLargeOnes() {
        QFETCH(float, usual);
        QFETCH(float, outlier);
        const PackedMatrix matrix = randomPacked({4, 64, 256, 64}, DType::float16, 17);
        Tensor input = randomTensor(DType::float32, 256, 18, usual);
        input.set(37, outlier);
        Tensor expected(DType::float32, 64), output(DType::float32, 64);
        PackedLinearArgs args = oneToken(matrix, input, expected);
        QCOMPARE(cpu::packedLinear(args), Status::ok);
        args.output = output.data();
        QCOMPARE(cpu::fastPackedLinear(args), Status::ok);
        if (outlier > 1e-30f)
            QVERIFY(relativeError(output, expected) < 5e-7);
        for (int row = 0; row < 64; ++row) // subnormal sums: to their last places
            QVERIFY(std::abs(output.at(row) - expected.at(row)) <=
                    1e-6f * std::abs(expected.at(row)) + 1e-43f + 4e-7f * outlier);
    }

    void inputsThatAreNotFinitePoisonTheirToken() {
        const PackedMatrix matrix = randomPacked({4, 40, 128, 128}, DType::float16, 19);
        for (const float bad : {NAN, INFINITY, -INFINITY}) {
            Tensor input = randomTensor(DType::float32, 2 * 128, 20), output(DType::float32, 2 * 40);
            input.set(5, bad);
            PackedLinearArgs args = oneToken(matrix, input, output);
            args.tokens = 2;
            QCOMPARE(cpu::fastPackedLinear(args), Status::ok);
            for (int row = 0; row < 40; ++row) {
                QVERIFY(!std::isfinite(output.at(row)));
                QVERIFY(std::isfinite(output.at(40 + row)));
            }
        }
    }

    void spreadsRowBlocks() {
        const PackedMatrix matrix = randomPacked({4, 100, 128, 128}, DType::float16, 14);
        const Tensor input = randomTensor(DType::float32, 128, 15);
        Tensor serial(DType::float32, 100), spread(DType::float32, 100);
        PackedLinearArgs args = oneToken(matrix, input, serial);
        QCOMPARE(cpu::fastPackedLinear(args), Status::ok);
        args.output = spread.data();
        const auto backwards = [](void* context, std::int64_t count, Parallel::Body body, void* data) {
            *static_cast<std::int64_t*>(context) = count;
            for (std::int64_t i = count; i-- > 0;)
                body(data, i);
        };
        std::int64_t blocks = 0;
        QCOMPARE(cpu::fastPackedLinear(args, {backwards, &blocks}), Status::ok);
        QCOMPARE(blocks, 4);
        QVERIFY(serial == spread);
    }

    void refusesWrongArguments() {
        const PackedMatrix matrix = randomPacked({4, 32, 128, 128}, DType::float16, 16);
        const Tensor input(DType::float32, 128);
        Tensor output(DType::float32, 32);
        const PackedLinearArgs good = oneToken(matrix, input, output);
        QCOMPARE(cpu::fastPackedLinear(good), Status::ok);
        PackedLinearArgs args = good;
        args.inputStride = 127;
        QCOMPARE(cpu::fastPackedLinear(args), Status::badStride);
        args = good;
        args.tokens = 0;
        QCOMPARE(cpu::packedLinear(args), Status::badShape);
        args = good;
        args.weight.layout.groupSize = 48;
        QCOMPARE(cpu::packedLinear(args), Status::badShape);
        args = good;
        args.weight.scaleType = DType::float32;
        QCOMPARE(cpu::packedLinear(args), Status::badDType);
        args = good;
        args.output = nullptr;
        QCOMPARE(cpu::packedLinear(args), Status::badShape);
    }

private:
    static PackedLinearArgs oneToken(const PackedMatrix& matrix, const Tensor& input, Tensor& output) {
        PackedLinearArgs args;
        args.weight = matrix.weight();
        args.type = input.type();
        args.tokens = 1;
        args.input = input.data();
        args.inputStride = matrix.layout.columns;
        args.output = output.data();
        args.outputStride = matrix.layout.rows;
        return args;
    }
};

QTEST_GUILESS_MAIN(FastPackedLinearTest)
#include "fast_packed_linear_test.moc"

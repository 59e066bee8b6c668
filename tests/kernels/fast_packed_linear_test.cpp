// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU's fast packed product, in every instruction set the processor has, against the oracle.
#include <QtTest>

#include "kernels/packed_linear.h"
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
                QCOMPARE(cpu::fastPackedLinear(args), Status::ok);
                const double bound = type == DType::float32 ? 1e-6 : type == DType::float16 ? 2e-4 : 2e-3;
                QVERIFY(relativeError(output, expected) < bound);
            }
    }

    void spreadsRowBlocks() {
        const PackedMatrix matrix = randomPacked({4, 100, 128, 128}, DType::float16, 14);
        const Tensor input = randomTensor(DType::float32, 128, 15);
        Tensor serial(DType::float32, 100), spread(DType::float32, 100);
        PackedLinearArgs args;
        args.weight = matrix.weight();
        args.type = DType::float32;
        args.tokens = 1;
        args.input = input.data();
        args.inputStride = 128;
        args.output = serial.data();
        args.outputStride = 100;
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
        PackedLinearArgs good;
        good.weight = matrix.weight();
        good.type = DType::float32;
        good.tokens = 1;
        good.input = input.data();
        good.inputStride = 128;
        good.output = output.data();
        good.outputStride = 32;
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
};

QTEST_GUILESS_MAIN(FastPackedLinearTest)
#include "fast_packed_linear_test.moc"

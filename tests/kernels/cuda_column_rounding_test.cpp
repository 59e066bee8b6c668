// SPDX-License-Identifier: GPL-3.0-or-later
// Column after column: what the CPU reference does by hand-made numbers, and the GPU beside it.
#include <QtTest>

#include <cmath>

#include "kernels/column_rounding.h"
#include "tests/kernels/device_buffer.h"

using namespace awq::kernels;
using namespace awq::test;

namespace {

using Floats = std::vector<float>;

// Upper, diagonal about 1, the rest small enough that errors do not grow.
Floats upperFactor(std::int64_t size) {
    Floats factor = randomFloats(size * size, 11, -0.05f, 0.05f);
    for (std::int64_t i = 0; i < size; ++i)
        for (std::int64_t j = 0; j <= i; ++j)
            factor[std::size_t(i * size + j)] = i == j ? 1.0f + 0.01f * float(i % 7) : 0.0f;
    return factor;
}

Floats symmetricMatrix(std::int64_t size) {
    Floats matrix = upperFactor(size);
    for (std::int64_t i = 0; i < size; ++i)
        for (std::int64_t j = 0; j < i; ++j)
            matrix[std::size_t(i * size + j)] = matrix[std::size_t(j * size + i)];
    return matrix;
}

struct Columns {
    std::int64_t rows, size;
    Floats first, scales, zeros, codes, second,
        third; // first: weights or gradient; second, third: what a kernel writes

    Columns(std::int64_t rows, std::int64_t size)
        : rows(rows), size(size), first(randomFloats(rows * size, 12, -1, 1)),
          scales(randomFloats(rows, 13, 0.1f, 0.2f)), zeros(std::size_t(rows), 7.0f),
          codes(std::size_t(rows * size), 3.0f), second(codes.size()), third(codes.size()) {
        for (std::size_t i = 0; i < second.size(); ++i)
            second[i] = (codes[i] - 7) * scales[i % std::size_t(rows)];
    }
};

// Where a value lies a hair from the middle between two codes, the last bit decides; all that follows in the row then
// differs. So rows are compared: nearly all must be alike.
int rowsThatDiffer(const Floats& a, const Floats& b, std::int64_t rows) {
    std::vector<bool> differs(static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!(std::abs(a[i] - b[i]) <= 1e-4f))
            differs[i % std::size_t(rows)] = true;
    return int(std::count(differs.begin(), differs.end(), true));
}

} // namespace

class CudaColumnRoundingTest : public QObject {
    Q_OBJECT

private slots:
    // Steps of 1 and zero point 0. 0.4 rounds to 0; its error 0.4 / 1 takes 0.4 * -1 from the next weight, 1.3 + 0.4.
    void errorsGoToTheNextColumn() {
        Floats factor(32 * 32, 0.0f), weight(32, 0.0f), codes(32), errors(32);
        for (std::size_t i = 0; i < 32; ++i)
            factor[i * 33] = 1;
        factor[1] = -1;
        weight[0] = 0.4f;
        weight[1] = 1.3f;
        const Floats scales{1}, zeros{0};
        RoundColumnsArgs args{
            1, 32, 15, factor.data(), 32, weight.data(), scales.data(), zeros.data(), codes.data(), errors.data()};
        QCOMPARE(cpu::roundColumns(args), Status::ok);
        QCOMPARE(codes[0], 0.0f);
        QCOMPARE(codes[1], 2.0f);
        args.groupSize = 48;
        QCOMPARE(cpu::roundColumns(args), Status::badShape);
        args.groupSize = 32;
        args.factorStride = 31;
        QCOMPARE(cpu::roundColumns(args), Status::badStride);
    }

    // The error d^T H d + 2 d g falls with every pass.
    void descentLowersTheError() {
        const Floats gram = symmetricMatrix(64);
        Columns columns(5, 64);
        const Floats before = columns.second;
        DescendColumnsArgs args{5,
                                64,
                                15,
                                gram.data(),
                                64,
                                columns.first.data(),
                                columns.scales.data(),
                                columns.zeros.data(),
                                columns.second.data(),
                                columns.codes.data(),
                                columns.third.data()};
        QCOMPARE(cpu::descendColumns(args), Status::ok);
        for (std::size_t row = 0; row < 5; ++row) {
            double change = 0;
            for (std::size_t i = 0; i < 64; ++i) {
                const double step = columns.third[i * 5 + row];
                QCOMPARE(columns.second[i * 5 + row], before[i * 5 + row] + columns.third[i * 5 + row]);
                change += 2 * step * columns.first[i * 5 + row];
                for (std::size_t k = 0; k < 64; ++k)
                    change += step * gram[i * 64 + k] * columns.third[k * 5 + row];
            }
            QVERIFY2(change < 0, qPrintable(QString::number(change)));
        }
    }

    void gpuDoesTheSame_data() {
        QTest::addColumn<int>("size");
        for (const int size : {32, 64, 128})
            QTest::addRow("groups of %d", size) << size;
    }

    void gpuDoesTheSame() {
        if (!cudaAvailable())
            QSKIP("skipped: no CUDA device");
        QFETCH(int, size);
        constexpr std::int64_t rows = 333;
        const Floats factor = upperFactor(size), gram = symmetricMatrix(size);
        const DeviceBuffer deviceFactor(factor), deviceGram(gram);
        Columns expected(rows, size), actual(rows, size);
        const DeviceBuffer first(expected.first), scales(expected.scales), zeros(expected.zeros), codes(expected.codes),
            second(expected.second), third(expected.third);

        RoundColumnsArgs round{rows,
                               size,
                               15,
                               factor.data(),
                               size,
                               expected.first.data(),
                               expected.scales.data(),
                               expected.zeros.data(),
                               expected.codes.data(),
                               expected.third.data()};
        QCOMPARE(cpu::roundColumns(round), Status::ok);
        round = {rows,
                 size,
                 15,
                 deviceFactor.get<float>(),
                 size,
                 first.get<float>(),
                 scales.get<float>(),
                 zeros.get<float>(),
                 codes.get<float>(),
                 third.get<float>()};
        QCOMPARE(cuda::roundColumns(round, nullptr), Status::ok);
        QVERIFY(codes.download(actual.codes) && third.download(actual.third));
        QVERIFY(rowsThatDiffer(actual.codes, expected.codes, rows) <= 3);
        QVERIFY(rowsThatDiffer(actual.third, expected.third, rows) <= 3);

        DescendColumnsArgs descend{rows,
                                   size,
                                   15,
                                   gram.data(),
                                   size,
                                   expected.first.data(),
                                   expected.scales.data(),
                                   expected.zeros.data(),
                                   expected.second.data(),
                                   expected.codes.data(),
                                   expected.third.data()};
        QCOMPARE(cpu::descendColumns(descend), Status::ok);
        descend = {rows,
                   size,
                   15,
                   deviceGram.get<float>(),
                   size,
                   first.get<float>(),
                   scales.get<float>(),
                   zeros.get<float>(),
                   second.get<float>(),
                   codes.get<float>(),
                   third.get<float>()};
        QCOMPARE(cuda::descendColumns(descend, nullptr), Status::ok);
        QVERIFY(codes.download(actual.codes) && second.download(actual.second) && third.download(actual.third));
        QVERIFY(rowsThatDiffer(actual.codes, expected.codes, rows) <= 3);
        QVERIFY(rowsThatDiffer(actual.second, expected.second, rows) <= 3);
        QVERIFY(rowsThatDiffer(actual.third, expected.third, rows) <= 3);
    }
};

QTEST_GUILESS_MAIN(CudaColumnRoundingTest)
#include "cuda_column_rounding_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// Reduction of large matrices to cells: every value counted once, right place, right bound.
#include <QtTest>

#include <cmath>
#include <random>

#include "ui/plots/heatmap_reduction.h"

using namespace awq::ui;

namespace {

std::vector<float> noise(std::int64_t count) {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> uniform(0, 1);
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values)
        value = uniform(random);
    return values;
}

} // namespace

class HeatmapReductionTest : public QObject {
    Q_OBJECT

private slots:
    void smallMatrixIsUntouched() {
        const std::vector<float> matrix = noise(12);
        const ReducedMatrix reduced = reduceMatrix(matrix, 4, {0, 3, 0, 4}, 100, 100, Reduction::maximum);
        QCOMPARE(reduced.values, matrix);
        QVERIFY(reduced.description(Reduction::maximum, "rows", "groups").isEmpty());
    }

    void vocabularySizedMatrix() {
        constexpr std::int64_t rows = 151936, columns = 8;
        std::vector<float> matrix(size_t(rows * columns), 0.5f);
        // Peaks near both ends and in the middle must each show up in their own cell.
        for (const std::int64_t row : {std::int64_t(0), std::int64_t(65536), std::int64_t(100001), rows - 1})
            matrix[size_t(row * columns + 3)] = float(row + 1);
        const ReducedMatrix reduced =
            reduceMatrix(matrix, columns, {0, rows, 0, columns}, 1 << 20, 1 << 20, Reduction::maximum);
        QVERIFY(reduced.cellRows <= maxCellsPerAxis);
        QCOMPARE(reduced.rowsPerCell, 38);
        QCOMPARE(reduced.cellColumns, columns);
        QCOMPARE(reduced.description(Reduction::maximum, "rows", "groups"), QString("max of 38 rows per cell"));
        for (const std::int64_t row : {std::int64_t(0), std::int64_t(65536), std::int64_t(100001), rows - 1}) {
            QCOMPARE(reduced.at(row / 38, 3), float(row + 1));
            QCOMPARE(reduced.at(row / 38, 2), 0.5f);
            QCOMPARE(shownPosition(matrix, columns, reduced, row / 38, 3, Reduction::maximum),
                     std::pair(row, std::int64_t(3)));
        }
    }

    void everyValueIsInExactlyOneCell_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("maxCells");
        QTest::newRow("divisible") << 100 << 25;
        QTest::newRow("remainder") << 103 << 25;
        QTest::newRow("one cell") << 103 << 1;
    }
    void everyValueIsInExactlyOneCell() {
        QFETCH(int, rows);
        QFETCH(int, maxCells);
        const std::vector<float> matrix = noise(rows * 7);
        const ReducedMatrix reduced = reduceMatrix(matrix, 7, {0, rows, 0, 7}, maxCells, 3, Reduction::mean);
        double sum = 0;
        std::int64_t values = 0;
        for (std::int64_t row = 0; row < reduced.cellRows; ++row)
            for (std::int64_t column = 0; column < reduced.cellColumns; ++column) {
                const MatrixWindow cell = reduced.cellWindow(row, column);
                values += cell.rows * cell.columns;
                sum += double(reduced.at(row, column)) * double(cell.rows * cell.columns);
            }
        QCOMPARE(values, std::int64_t(matrix.size()));
        double expected = 0;
        for (const float value : matrix)
            expected += value;
        QVERIFY(std::abs(sum - expected) < 1e-3);
        QVERIFY(reduced.cellRows <= maxCells && reduced.cellColumns <= 3);
    }

    void windowIsRespected() {
        std::vector<float> matrix(100 * 4, 0);
        matrix[10 * 4 + 1] = 5; // outside
        matrix[50 * 4 + 2] = 3; // inside
        const ReducedMatrix reduced = reduceMatrix(matrix, 4, {40, 20, 1, 3}, 10, 10, Reduction::maximum);
        QCOMPARE(reduced.rowsPerCell, 2);
        QCOMPARE(reduced.at(5, 1), 3.0f);
        QCOMPARE(*std::max_element(reduced.values.begin(), reduced.values.end()), 3.0f);
        QCOMPARE(shownPosition(matrix, 4, reduced, 5, 1, Reduction::maximum),
                 std::pair(std::int64_t(50), std::int64_t(2)));
    }

    void missingValues() {
        const float nan = std::nanf("");
        const std::vector<float> matrix{nan, 2, nan, nan};
        const ReducedMatrix reduced = reduceMatrix(matrix, 1, {0, 4, 0, 1}, 2, 1, Reduction::minimum);
        QCOMPARE(reduced.at(0, 0), 2.0f);
        QVERIFY(std::isnan(reduced.at(1, 0)));
        QVERIFY(std::isnan(reduceMatrix(matrix, 1, {2, 2, 0, 1}, 1, 1, Reduction::mean).at(0, 0)));
    }

    void minimumKeepsTheLowest() {
        const std::vector<float> matrix{1, 0.5f, 0.9f, 1};
        const ReducedMatrix reduced = reduceMatrix(matrix, 2, {0, 2, 0, 2}, 1, 1, Reduction::minimum);
        QCOMPARE(reduced.at(0, 0), 0.5f);
        QCOMPARE(reduced.description(Reduction::minimum, "rows", "groups"),
                 QString("min of 2 rows × 2 groups per cell"));
        QCOMPARE(shownPosition(matrix, 2, reduced, 0, 0, Reduction::minimum),
                 std::pair(std::int64_t(0), std::int64_t(1)));
    }
};

QTEST_GUILESS_MAIN(HeatmapReductionTest)
#include "heatmap_reduction_test.moc"

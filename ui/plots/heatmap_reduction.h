// SPDX-License-Identifier: GPL-3.0-or-later
// Shrinks a large matrix to the cells a screen can show, honestly: every value takes part in exactly one cell.
#pragma once

#include <QString>
#include <cstdint>
#include <span>
#include <vector>

namespace awq::ui {

enum class Reduction { maximum, minimum, mean };

// A rectangle of a matrix.
struct MatrixWindow {
    std::int64_t firstRow = 0, rows = 0, firstColumn = 0, columns = 0;

    bool operator==(const MatrixWindow&) const = default;
};

struct ReducedMatrix {
    MatrixWindow window;                              // what the cells cover
    std::int64_t rowsPerCell = 1, columnsPerCell = 1; // the last cell of an axis may cover fewer
    std::int64_t cellRows = 0, cellColumns = 0;
    std::vector<float> values; // [cellRows, cellColumns], row-major; NaN: all values of the cell are NaN

    float at(std::int64_t cellRow, std::int64_t cellColumn) const {
        return values[std::size_t(cellRow * cellColumns + cellColumn)];
    }
    MatrixWindow cellWindow(std::int64_t cellRow, std::int64_t cellColumn) const;
    // "max of 37 rows per cell"; empty when cells are single values.
    QString description(Reduction reduction, const QString& rowsName, const QString& columnsName) const;
};

// QCustomPlot paints wrong cells beyond 32,768 per axis; far fewer are visible anyway.
constexpr std::int64_t maxCellsPerAxis = 4096;

// matrix: [rows, columns] row-major. The window must lie inside it. At most maxCellRows x maxCellColumns cells come
// back, each limited to maxCellsPerAxis. NaN values are ignored beside others.
ReducedMatrix reduceMatrix(std::span<const float> matrix, std::int64_t columns, const MatrixWindow& window,
                           std::int64_t maxCellRows, std::int64_t maxCellColumns, Reduction reduction);

// The position [row, column] in the matrix of the value a cell shows; for the mean, the cell's first.
std::pair<std::int64_t, std::int64_t> shownPosition(std::span<const float> matrix, std::int64_t columns,
                                                    const ReducedMatrix& reduced, std::int64_t cellRow,
                                                    std::int64_t cellColumn, Reduction reduction);

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Reduction of a matrix window to cells.
#include "ui/plots/heatmap_reduction.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>

namespace awq::ui {

namespace {

std::int64_t ceilDivide(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

std::int64_t valuesPerCell(std::int64_t extent, std::int64_t maxCells) {
    return ceilDivide(std::max<std::int64_t>(extent, 1), std::clamp<std::int64_t>(maxCells, 1, maxCellsPerAxis));
}

bool standsOut(float candidate, float shown, Reduction reduction) {
    return std::isnan(shown) || (reduction == Reduction::minimum ? candidate < shown : candidate > shown);
}

float reduceCell(std::span<const float> matrix, std::int64_t columns, const MatrixWindow& cell, Reduction reduction) {
    float shown = std::numeric_limits<float>::quiet_NaN();
    double sum = 0;
    std::int64_t count = 0;
    for (std::int64_t row = cell.firstRow; row < cell.firstRow + cell.rows; ++row)
        for (std::int64_t column = cell.firstColumn; column < cell.firstColumn + cell.columns; ++column) {
            const float value = matrix[std::size_t(row * columns + column)];
            if (std::isnan(value))
                continue;
            sum += value;
            ++count;
            if (standsOut(value, shown, reduction))
                shown = value;
        }
    return reduction == Reduction::mean && count > 0 ? float(sum / double(count)) : shown;
}

} // namespace

MatrixWindow ReducedMatrix::cellWindow(std::int64_t cellRow, std::int64_t cellColumn) const {
    MatrixWindow cell;
    cell.firstRow = window.firstRow + cellRow * rowsPerCell;
    cell.firstColumn = window.firstColumn + cellColumn * columnsPerCell;
    cell.rows = std::min(rowsPerCell, window.firstRow + window.rows - cell.firstRow);
    cell.columns = std::min(columnsPerCell, window.firstColumn + window.columns - cell.firstColumn);
    return cell;
}

QString ReducedMatrix::description(Reduction reduction, const QString& rowsName, const QString& columnsName) const {
    if (rowsPerCell == 1 && columnsPerCell == 1)
        return {};
    const char* names[] = {QT_TRANSLATE_NOOP("Heatmap", "max"), QT_TRANSLATE_NOOP("Heatmap", "min"),
                           QT_TRANSLATE_NOOP("Heatmap", "mean")};
    const QString how = QCoreApplication::translate("Heatmap", names[int(reduction)]);
    if (columnsPerCell == 1)
        return QCoreApplication::translate("Heatmap", "%1 of %2 %3 per cell").arg(how).arg(rowsPerCell).arg(rowsName);
    return QCoreApplication::translate("Heatmap", "%1 of %2 %3 × %4 %5 per cell")
        .arg(how)
        .arg(rowsPerCell)
        .arg(rowsName)
        .arg(columnsPerCell)
        .arg(columnsName);
}

ReducedMatrix reduceMatrix(std::span<const float> matrix, std::int64_t columns, const MatrixWindow& window,
                           std::int64_t maxCellRows, std::int64_t maxCellColumns, Reduction reduction) {
    ReducedMatrix reduced;
    reduced.window = window;
    reduced.rowsPerCell = valuesPerCell(window.rows, maxCellRows);
    reduced.columnsPerCell = valuesPerCell(window.columns, maxCellColumns);
    reduced.cellRows = ceilDivide(window.rows, reduced.rowsPerCell);
    reduced.cellColumns = ceilDivide(window.columns, reduced.columnsPerCell);
    reduced.values.reserve(std::size_t(reduced.cellRows * reduced.cellColumns));
    for (std::int64_t row = 0; row < reduced.cellRows; ++row)
        for (std::int64_t column = 0; column < reduced.cellColumns; ++column)
            reduced.values.push_back(reduceCell(matrix, columns, reduced.cellWindow(row, column), reduction));
    return reduced;
}

std::pair<std::int64_t, std::int64_t> shownPosition(std::span<const float> matrix, std::int64_t columns,
                                                    const ReducedMatrix& reduced, std::int64_t cellRow,
                                                    std::int64_t cellColumn, Reduction reduction) {
    const MatrixWindow cell = reduced.cellWindow(cellRow, cellColumn);
    if (reduction != Reduction::mean)
        for (std::int64_t row = cell.firstRow; row < cell.firstRow + cell.rows; ++row)
            for (std::int64_t column = cell.firstColumn; column < cell.firstColumn + cell.columns; ++column)
                if (matrix[std::size_t(row * columns + column)] == reduced.at(cellRow, cellColumn))
                    return {row, column};
    return {cell.firstRow, cell.firstColumn};
}

} // namespace awq::ui

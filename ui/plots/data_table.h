// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers behind a plot as a table: for the CSV file, the clipboard and the table view.
#pragma once

#include <QStringList>
#include <QVariant>
#include <functional>

namespace awq::ui {

// Cells are computed when asked for, so that a large plot costs nothing until its table is opened.
struct DataTable {
    QStringList headers; // units in round brackets
    qsizetype rows = 0;
    std::function<QVariant(qsizetype row, int column)> cell; // number or text; an invalid value is an empty cell

    int columns() const { return int(headers.size()); }
};

// One cell as written to files: numbers in the C locale with 9 significant digits, so that a float reads back exactly.
QString plainText(const QVariant& cell);

// RFC 4180: comma separated, CR LF, fields quoted where needed, first line the headers.
QByteArray toCsv(const DataTable& table);

// Tab separated with headers, for pasting into a spreadsheet.
QString toTsv(const DataTable& table);

} // namespace awq::ui

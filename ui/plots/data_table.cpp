// SPDX-License-Identifier: GPL-3.0-or-later
// CSV and TSV text of a table.
#include "ui/plots/data_table.h"

#include <cmath>

namespace awq::ui {

namespace {

QString quoted(QString field) {
    if (!field.contains(',') && !field.contains('"') && !field.contains('\n') && !field.contains('\r'))
        return field;
    return '"' + field.replace('"', "\"\"") + '"';
}

} // namespace

QString plainText(const QVariant& cell) {
    if (!cell.isValid())
        return {};
    if (cell.typeId() != QMetaType::Double && cell.typeId() != QMetaType::Float)
        return cell.toString();
    const double number = cell.toDouble();
    return std::isnan(number) ? QString("nan") : QString::number(number, 'g', 9);
}

QByteArray toCsv(const DataTable& table) {
    QByteArray csv;
    const auto addLine = [&](const std::function<QString(int)>& field) {
        for (int column = 0; column < table.columns(); ++column) {
            if (column > 0)
                csv += ',';
            csv += quoted(field(column)).toUtf8();
        }
        csv += "\r\n";
    };
    addLine([&](int column) { return table.headers[column]; });
    for (qsizetype row = 0; row < table.rows; ++row)
        addLine([&](int column) { return plainText(table.cell(row, column)); });
    return csv;
}

QString toTsv(const DataTable& table) {
    QString tsv = table.headers.join('\t') + '\n';
    for (qsizetype row = 0; row < table.rows; ++row) {
        for (int column = 0; column < table.columns(); ++column) {
            if (column > 0)
                tsv += '\t';
            tsv += plainText(table.cell(row, column));
        }
        tsv += '\n';
    }
    return tsv;
}

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Tables as files.
#include "ui/widgets/save_results.h"

#include <QAbstractItemModel>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include "app/table_model.h"
#include "ui/plots/data_table.h"
#include "ui/theme/icons.h"

namespace awq::ui {

namespace {

QStringList headings(const QAbstractItemModel& model) {
    QStringList titles;
    for (int column = 0; column < model.columnCount(); ++column) {
        const QString title = model.headerData(column, Qt::Horizontal).toString();
        titles << (title == QStringLiteral("±") && column > 0 ? titles.back() + QStringLiteral(" ±") : title);
    }
    return titles;
}

} // namespace

QByteArray tableAsCsv(const QAbstractItemModel& model) {
    DataTable table;
    table.headers = headings(model);
    table.rows = model.rowCount();
    table.cell = [&model](qsizetype row, int column) { return model.index(int(row), column).data(app::SortRole); };
    return toCsv(table);
}

QByteArray tableAsJson(const QAbstractItemModel& model, const QString& protocol) {
    const QStringList keys = headings(model);
    QJsonArray rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        QJsonObject object;
        for (int column = 0; column < model.columnCount(); ++column)
            object[keys[column]] = QJsonValue::fromVariant(model.index(row, column).data(app::SortRole));
        rows.append(object);
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("protocol"), protocol}, {QStringLiteral("rows"), rows}}).toJson();
}

SaveResults::SaveResults(const QString& name, const QAbstractItemModel& model, std::function<QString()> protocol,
                         QWidget* parent)
    : QPushButton(ui::icon(QStringLiteral("save")), tr("Save…"), parent), m_model(model),
      m_protocol(std::move(protocol)) {
    setObjectName(name);
    setToolTip(tr("The numbers as CSV or JSON"));
    const auto enable = [this] { setEnabled(m_model.rowCount() > 0); };
    connect(&model, &QAbstractItemModel::modelReset, this, enable);
    connect(this, &QPushButton::clicked, this, &SaveResults::ask);
    enable();
}

void SaveResults::ask() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the numbers"), objectName() + ".csv",
                                                      tr("CSV (*.csv);;JSON (*.json)"));
    if (!path.isEmpty())
        save(path);
}

void SaveResults::save(const QString& path) {
    const bool json = path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
    const QByteArray bytes = json ? tableAsJson(m_model, m_protocol()) : tableAsCsv(m_model);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        emit failed(core::Error(core::ErrorCode::noResources,
                                tr("The numbers could not be saved: %1").arg(file.errorString()).toStdString(),
                                path.toStdString(), tr("choose a folder you can write to").toStdString()));
}

} // namespace awq::ui

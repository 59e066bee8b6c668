// SPDX-License-Identifier: GPL-3.0-or-later
// A table view over DataTable and a button that copies it.
#include "ui/plots/data_table_dialog.h"

#include <QAbstractTableModel>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

namespace {

class DataTableModel : public QAbstractTableModel {
public:
    DataTableModel(DataTable table, QObject* parent) : QAbstractTableModel(parent), m_table(std::move(table)) {}

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(qMin<qsizetype>(m_table.rows, std::numeric_limits<int>::max()));
    }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : m_table.columns(); }

    QVariant data(const QModelIndex& index, int role) const override {
        if (!index.isValid())
            return {};
        if (role != Qt::DisplayRole && role != Qt::TextAlignmentRole)
            return {};
        const QVariant cell = m_table.cell(index.row(), index.column());
        const bool number = cell.canConvert<double>() && cell.typeId() != QMetaType::QString;
        if (role == Qt::TextAlignmentRole)
            return int(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft));
        return plainText(cell);
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (role != Qt::DisplayRole)
            return {};
        return orientation == Qt::Horizontal ? QVariant(m_table.headers.value(section)) : QVariant(section + 1);
    }

private:
    DataTable m_table;
};

} // namespace

DataTableDialog::DataTableDialog(const QString& title, DataTable table, QWidget* parent)
    : QDialog(parent), m_table(std::move(table)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    auto* view = new QTableView;
    view->setObjectName("plotDataTable");
    view->setAccessibleName(tr("Data of %1").arg(title));
    view->setModel(new DataTableModel(m_table, view));
    view->setShowGrid(false);
    view->setWordWrap(false);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* copy = buttons->addButton(tr("Copy table"), QDialogButtonBox::ActionRole);
    copy->setIcon(icon("copy"));
    connect(copy, &QPushButton::clicked, this, &DataTableDialog::copyAll);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    applyCardSpacing(layout);
    layout->addWidget(view);
    layout->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 80, fontMetrics().height() * 28);
}

void DataTableDialog::copyAll() {
    QGuiApplication::clipboard()->setText(toTsv(m_table));
}

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of a plot as a table to read, sort by eye and copy; the way in for screen readers.
#pragma once

#include <QDialog>

#include "ui/plots/data_table.h"

class QTableView;

namespace awq::ui {

class DataTableDialog : public QDialog {
    Q_OBJECT

public:
    DataTableDialog(const QString& title, DataTable table, QWidget* parent);

private:
    void copyAll();

    DataTable m_table;
};

} // namespace awq::ui

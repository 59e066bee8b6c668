// SPDX-License-Identifier: GPL-3.0-or-later
// The table of the pages: sortable, filterable, rows copied as tab-separated text, bars behind numbers.
#pragma once

#include <QSortFilterProxyModel>
#include <QTableView>

class QLineEdit;

namespace awq::ui {

class Table : public QTableView {
    Q_OBJECT

public:
    // The name is the object name; the title what assistive programs say.
    Table(const QString& name, const QString& title, QAbstractItemModel* model, QWidget* parent = nullptr);

    QSortFilterProxyModel& proxy() { return m_proxy; }
    int sourceRow() const; // of the current row in the model; -1: none
    void selectSourceRow(int row);
    void setColumnWidths(const std::vector<int>& characters); // per column; 0: hidden, -1: takes the rest
    // A field above the table that keeps the rows containing its text or matching it as a regular expression.
    QLineEdit* makeFilter(const QString& placeholder);
    QString selectionAsText() const; // tab-separated, with a heading line

signals:
    void currentSourceRowChanged(int row);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    QSortFilterProxyModel m_proxy;
};

} // namespace awq::ui

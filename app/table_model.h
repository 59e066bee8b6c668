// SPDX-License-Identifier: GPL-3.0-or-later
// A table whose columns are data: each says how a row is written, sorted and drawn. All tables of the window are of
// this type.
#pragma once

#include <QAbstractTableModel>
#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace awq::app {

enum TableRole {
    SortRole = Qt::UserRole + 1, // the value behind the text
    BarRole,                     // 0..1: length of the bar behind a number; invalid: none
};

template <typename Row>
struct Column {
    QString title;
    QString explanation;                       // one sentence, shown as tool tip of the header
    std::function<QVariant(const Row&)> value; // what sorting compares
    std::function<QString(const Row&)> text;   // empty: the value as it is
    bool number;                               // right-aligned
    bool bar;                                  // drawn with a bar, the largest value of the column being full
};

template <typename Row>
class TableModel : public QAbstractTableModel {
public:
    explicit TableModel(std::vector<Column<Row>> columns, QObject* parent = nullptr)
        : QAbstractTableModel(parent), m_columns(std::move(columns)), m_largest(m_columns.size(), 0.0) {}

    const std::vector<Row>& rows() const { return m_rows; }
    const Row& row(int index) const { return m_rows.at(std::size_t(index)); }

    void setRows(std::vector<Row> rows) {
        beginResetModel();
        m_rows = std::move(rows);
        std::fill(m_largest.begin(), m_largest.end(), 0.0);
        for (const Row& row : m_rows)
            noteLargest(row);
        endResetModel();
    }

    void insertRow(int index, Row row) {
        beginInsertRows({}, index, index);
        const bool rescaled = noteLargest(row);
        m_rows.insert(m_rows.begin() + index, std::move(row));
        endInsertRows();
        announce(rescaled ? 0 : index, rescaled ? int(m_rows.size()) - 1 : index);
    }

    void updateRow(int index, Row row) {
        const bool rescaled = noteLargest(row);
        m_rows.at(std::size_t(index)) = std::move(row);
        announce(rescaled ? 0 : index, rescaled ? int(m_rows.size()) - 1 : index);
    }

    // As many rows as there are, with other contents.
    void updateRows(std::vector<Row> rows) {
        m_rows = std::move(rows);
        std::fill(m_largest.begin(), m_largest.end(), 0.0);
        for (const Row& row : m_rows)
            noteLargest(row);
        if (!m_rows.empty())
            announce(0, int(m_rows.size()) - 1);
    }

    void appendRows(std::vector<Row> rows) {
        if (rows.empty())
            return;
        const int first = rowCount();
        beginInsertRows({}, first, first + int(rows.size()) - 1);
        for (Row& row : rows) {
            noteLargest(row);
            m_rows.push_back(std::move(row));
        }
        endInsertRows();
    }

    void removeFirst(int count) { removeRange(0, count); }
    void removeRow(int index) { removeRange(index, 1); }

    // Moves one row so that it ends up at place `to`.
    void moveRow(int from, int to) {
        if (from == to || !beginMoveRows({}, from, from, {}, to > from ? to + 1 : to))
            return;
        const auto begin = m_rows.begin();
        if (from < to)
            std::rotate(begin + from, begin + from + 1, begin + to + 1);
        else
            std::rotate(begin + to, begin + from, begin + from + 1);
        endMoveRows();
    }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(m_columns.size());
    }

    QVariant data(const QModelIndex& index, int role) const override {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        const Row& row = m_rows[std::size_t(index.row())];
        const Column<Row>& column = m_columns[std::size_t(index.column())];
        switch (role) {
        case Qt::DisplayRole:
            return column.text ? QVariant(column.text(row)) : column.value(row);
        case SortRole:
            return column.value(row);
        case BarRole:
            return column.bar ? barOf(column, index.column(), row) : QVariant();
        case Qt::TextAlignmentRole:
            return alignmentOf(column);
        default:
            return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
            return {};
        const Column<Row>& column = m_columns[std::size_t(section)];
        switch (role) {
        case Qt::DisplayRole:
            return column.title;
        case Qt::ToolTipRole:
            return column.explanation;
        case Qt::TextAlignmentRole:
            return alignmentOf(column);
        default:
            return {};
        }
    }

private:
    static QVariant alignmentOf(const Column<Row>& column) {
        return QVariant::fromValue(int(Qt::AlignVCenter | (column.number ? Qt::AlignRight : Qt::AlignLeft)));
    }

    QVariant barOf(const Column<Row>& column, int index, const Row& row) const {
        const double value = column.value(row).toDouble();
        const double largest = m_largest[std::size_t(index)];
        return value >= 0 && largest > 0 ? QVariant(value / largest) : QVariant();
    }

    void removeRange(int first, int count) {
        beginRemoveRows({}, first, first + count - 1);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + first + count);
        endRemoveRows();
    }

    // True when a bar column got a new largest value, so every bar changes its length.
    bool noteLargest(const Row& row) {
        bool grew = false;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const double value = m_columns[i].bar ? m_columns[i].value(row).toDouble() : 0;
            if (value > m_largest[i]) {
                m_largest[i] = value;
                grew = true;
            }
        }
        return grew;
    }

    void announce(int first, int last) { emit dataChanged(index(first, 0), index(last, columnCount() - 1)); }

    std::vector<Column<Row>> m_columns;
    std::vector<Row> m_rows;
    std::vector<double> m_largest; // per column
};

} // namespace awq::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Table view with sorting, filter, copying and bars.
#include "ui/widgets/table.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QRegularExpression>
#include <QStyledItemDelegate>
#include <algorithm>

#include "app/table_model.h"
#include "ui/theme/colours.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

namespace {

// Draws the share a number has of the largest one as a bar behind it.
class BarDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QStyle* style = item.widget->style();
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
        paintBar(painter, item, index.data(app::BarRole));
        const QRect place = item.rect.adjusted(spacing().small, 0, -spacing().small, 0); // apart from the neighbours
        const QString text = item.fontMetrics.elidedText(item.text, Qt::ElideRight, place.width());
        style->drawItemText(painter, place, int(item.displayAlignment), item.palette,
                            item.state & QStyle::State_Enabled, text, QPalette::Text);
    }

private:
    static void paintBar(QPainter* painter, const QStyleOptionViewItem& item, const QVariant& share) {
        if (!share.isValid())
            return;
        QColor bar = coloursFor(item.palette).awq;
        bar.setAlphaF(0.22f);
        QRectF rect = QRectF(item.rect).adjusted(2, 4, -2, -4);
        rect.setLeft(rect.right() - rect.width() * std::clamp(share.toDouble(), 0.0, 1.0));
        painter->fillRect(rect, bar);
    }
};

// Text that is no valid expression is taken literally.
QRegularExpression filterExpression(const QString& text) {
    const QRegularExpression expression(text, QRegularExpression::CaseInsensitiveOption);
    return expression.isValid()
               ? expression
               : QRegularExpression(QRegularExpression::escape(text), QRegularExpression::CaseInsensitiveOption);
}

} // namespace

Table::Table(const QString& name, const QString& title, QAbstractItemModel* model, QWidget* parent)
    : QTableView(parent) {
    setObjectName(name);
    setAccessibleName(title);
    m_proxy.setSourceModel(model);
    m_proxy.setSortRole(app::SortRole);
    m_proxy.setFilterKeyColumn(-1);
    setModel(&m_proxy);
    setItemDelegate(new BarDelegate(this));
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder); // the model's own order until a heading is clicked
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + spacing().small);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(true);
}

int Table::sourceRow() const {
    return m_proxy.mapToSource(currentIndex()).row();
}

void Table::selectSourceRow(int row) {
    const QModelIndex index = m_proxy.mapFromSource(m_proxy.sourceModel()->index(row, 0));
    if (!index.isValid())
        return;
    setCurrentIndex(index);
    scrollTo(index);
}

void Table::setColumnWidths(const std::vector<int>& characters) {
    for (std::size_t column = 0; column < characters.size(); ++column) {
        const int index = int(column), width = characters[column];
        setColumnHidden(index, width == 0);
        if (width > 0)
            setColumnWidth(index, width * fontMetrics().averageCharWidth() + 2 * spacing().small);
        else if (width < 0)
            horizontalHeader()->setSectionResizeMode(index, QHeaderView::Stretch);
    }
}

QLineEdit* Table::makeFilter(const QString& placeholder) {
    auto* field = new QLineEdit;
    field->setObjectName(objectName() + QStringLiteral(".filter"));
    field->setPlaceholderText(placeholder);
    field->setAccessibleName(placeholder);
    field->setToolTip(tr("Text or a regular expression (Ctrl+F)"));
    field->setClearButtonEnabled(true);
    field->setMaximumWidth(18 * spacing().large);
    connect(field, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_proxy.setFilterRegularExpression(filterExpression(text)); });
    return field;
}

QString Table::selectionAsText() const {
    QStringList lines;
    const auto line = [this](const auto& textOf) {
        QStringList cells;
        for (int column = 0; column < m_proxy.columnCount(); ++column)
            if (!isColumnHidden(column))
                cells << textOf(column);
        return cells.join(QLatin1Char('\t'));
    };
    lines << line([this](int column) { return m_proxy.headerData(column, Qt::Horizontal).toString(); });
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const QModelIndex& row : rows)
        lines << line([&](int column) { return row.siblingAtColumn(column).data().toString(); });
    return lines.join(QLatin1Char('\n'));
}

void Table::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        QApplication::clipboard()->setText(selectionAsText());
    else
        QTableView::keyPressEvent(event);
}

void Table::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTableView::currentChanged(current, previous);
    if (current.row() != previous.row())
        emit currentSourceRowChanged(m_proxy.mapToSource(current).row());
}

} // namespace awq::ui

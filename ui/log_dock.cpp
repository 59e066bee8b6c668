// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the log dock.
#include "ui/log_dock.h"

#include <QLineEdit>
#include <QScrollBar>
#include <QVBoxLayout>

#include "ui/theme/tokens.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/table.h"

namespace awq::ui {

LogDock::LogDock(app::Workspace& workspace, QWidget* parent) : QDockWidget(tr("Log"), parent) {
    setObjectName(QStringLiteral("logDock"));
    auto* table = new Table(QStringLiteral("log"), tr("Log"), &workspace.logModel());
    table->setColumnWidths({13, 9, -1});
    table->setSortingEnabled(false);
    auto* file = new Label(tr("All lines: %1").arg(workspace.logFile()), TextSize::small, Ink::dim);
    file->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* body = new QWidget;
    auto* layout = new QVBoxLayout(body);
    const Spacing s = spacing();
    layout->setContentsMargins(s.medium, s.small, s.medium, s.small);
    layout->setSpacing(s.small);
    layout->addLayout(row({table->makeFilter(tr("Filter the log")), nullptr, file}));
    layout->addWidget(table, 1);
    setWidget(body);
    // New lines keep the end in sight unless the user has scrolled away from it.
    connect(&workspace.logModel(), &QAbstractItemModel::rowsAboutToBeInserted, table, [table] {
        const QScrollBar* bar = table->verticalScrollBar();
        table->setProperty("atEnd", bar->value() == bar->maximum());
    });
    connect(&workspace.logModel(), &QAbstractItemModel::rowsInserted, table, [table] {
        if (table->property("atEnd").toBool())
            QMetaObject::invokeMethod(table, &QTableView::scrollToBottom, Qt::QueuedConnection);
    });
}

} // namespace awq::ui

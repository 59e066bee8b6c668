// SPDX-License-Identifier: GPL-3.0-or-later
// Saves the report of the opened run as HTML or PDF where the user says.
#pragma once

#include <QObject>

#include "app/latest_task.h"
#include "app/workspace.h"
#include "core/report/report_builder.h"

class QPushButton;
class QWidget;

namespace awq::ui {

class Notice;

// Results are read on a worker; what came of it is said in the page's notice.
class ReportSaver : public QObject {
    Q_OBJECT

public:
    ReportSaver(app::Workspace& workspace, Notice& notice, QWidget* parent);

    QPushButton* makeButton();      // "Save report…", enabled while a run with results is open
    void ask();                     // for the file, then saves
    void save(const QString& path); // .pdf; any other name gets the HTML page

signals:
    void saved(const QString& path);
    void failed(const QString& problem);

private:
    core::ReportExtras extras() const;
    void write(const core::Outcome<core::ReportDocument>& outcome, const QString& path);

    app::Workspace& m_workspace;
    Notice& m_notice;
    app::LatestTask m_task;
};

} // namespace awq::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Asking, reading and writing of a report.
#include "ui/report/report_saver.h"

#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QUrl>

#include "app/paths.h"
#include "core/report/report_html.h"
#include "core/run/evaluation_json.h"
#include "ui/plots/plot_export.h"
#include "ui/report/report_pdf.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/notice.h"

namespace awq::ui {

using app::RunResults;

ReportSaver::ReportSaver(app::Workspace& workspace, Notice& notice, QWidget* parent)
    : QObject(parent), m_workspace(workspace), m_notice(notice) {}

QPushButton* ReportSaver::makeButton() {
    QPushButton* button = pushButton(tr("Save report…"), QStringLiteral("report"));
    button->setObjectName(QStringLiteral("saveReport"));
    button->setToolTip(tr("Recipe, sizes, errors, plots and numbers of the run on one page (HTML or PDF)"));
    connect(button, &QPushButton::clicked, this, &ReportSaver::ask);
    const auto refresh = [this, button] { button->setEnabled(m_workspace.results().linears().rowCount() > 0); };
    connect(&m_workspace.results(), &RunResults::stateChanged, button, refresh);
    connect(&m_workspace.results(), &RunResults::contentChanged, button, refresh);
    refresh();
    return button;
}

void ReportSaver::ask() {
    const QString name =
        QFileInfo(app::toText(m_workspace.results().info().output)).fileName() + QStringLiteral(" report.html");
    const QString path = QFileDialog::getSaveFileName(qobject_cast<QWidget*>(parent()), tr("Save report"),
                                                      QDir(m_workspace.settings().lastFolder()).filePath(name),
                                                      tr("Web page (*.html);;PDF (*.pdf)"));
    if (!path.isEmpty())
        save(path);
}

// Perplexities and a comparison belong in the report when the run's output is one of the models that were measured.
core::ReportExtras ReportSaver::extras() const {
    const auto& rows = m_workspace.evaluation().results().rows();
    const auto& output = m_workspace.results().info().output;
    const bool ours =
        std::any_of(rows.begin(), rows.end(), [&](const core::PerplexityResult& row) { return row.model == output; });
    core::ReportExtras extras;
    if (ours) {
        extras.perplexities.assign(rows.begin(), rows.end());
        extras.protocol = m_workspace.evaluation().protocol().toStdString();
    }
    if (const auto& comparison = m_workspace.evaluation().comparison(); comparison && comparison->b.model == output)
        extras.comparison = core::toJson(*comparison, true);
    return extras;
}

void ReportSaver::save(const QString& path) {
    m_task.request(
        [folder = m_workspace.results().folder(), extras = extras()](std::stop_token stop) {
            return core::buildReport(core::RunStore::open(app::toPath(folder)), extras, stop);
        },
        [this, path](const core::Outcome<core::ReportDocument>& outcome) { write(outcome, path); });
}

void ReportSaver::write(const core::Outcome<core::ReportDocument>& outcome, const QString& path) {
    if (!outcome.ok()) {
        m_notice.showError(*outcome.error);
        emit failed(QString::fromUtf8(outcome.error->what()));
        return;
    }
    QString problem;
    if (QFileInfo(path).suffix().compare(QLatin1String("pdf"), Qt::CaseInsensitive) == 0) {
        problem = writeReportPdf(*outcome.result, path);
    } else {
        const QByteArray html = QByteArray::fromStdString(core::reportHtml(*outcome.result));
        problem = writeWholeFile(path, [&](QIODevice& file) { return file.write(html) == html.size(); });
    }
    if (!problem.isEmpty()) {
        m_notice.show(NoticeKind::error, problem, tr("Choose another folder."));
        emit failed(problem);
        return;
    }
    m_notice.show(NoticeKind::ok, tr("The report is saved"), path,
                  {{tr("Open it"), QStringLiteral("external"),
                    [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); }}});
    emit saved(path);
}

} // namespace awq::ui

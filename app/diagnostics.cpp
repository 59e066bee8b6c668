// SPDX-License-Identifier: GPL-3.0-or-later
// Text for problem reports.
#include "app/diagnostics.h"

#include <QSysInfo>

#include "app/command_line.h"
#include "core/version.h"

namespace awq::app {

static constexpr std::size_t logLines = 200;

QString diagnosticsText(Workspace& workspace) {
    QStringList lines;
    lines << QStringLiteral("AWQ Studio %1")
                 .arg(QString::fromLatin1(core::version().data(), qsizetype(core::version().size())));
    lines << QStringLiteral("Qt %1, %2, %3")
                 .arg(qVersion(), QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture());
    lines << QStringLiteral("Device: %1").arg(QString::fromStdString(workspace.session().environment().device));
    if (!workspace.session().modelFolder().isEmpty())
        lines << commandLine(workspace.session().request());
    lines << QString();
    for (const core::LogEntry& entry : workspace.log().recent(logLines))
        lines << QString::fromStdString(core::toLine(entry));
    return lines.join(QLatin1Char('\n'));
}

} // namespace awq::app
